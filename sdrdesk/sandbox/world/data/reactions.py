"""What people say when a rep calls: by what they converted on, who they are and how it goes."""

from __future__ import annotations

RECALL: dict[str, tuple[str, ...]] = {
    # form key: first words of somebody who picks up
    "demo": (
        "Oh, the demo. That was quick, I still have the page open.",
        "Yes, I asked to see it. I did not expect a call today, but fine.",
        "Right, the demo request. My colleague made me fill that in.",
        "Demo, yes. Hold on, let me close the door.",
    ),
    "pricing": (
        "You are calling about the price. Good: what is it?",
        "I asked for a quote in writing, actually. But go on.",
        "Pricing, yes. I am comparing three of you this week.",
        "Ah. I only wanted a number, not a conversation. Well, you have me now.",
    ),
    "sales": (
        "Finally. I was starting to think nobody reads that form.",
        "Yes, I wrote to you. Did you read what I wrote?",
        "Hello! I have two questions and six minutes.",
    ),
    "trial": (
        "The trial, yes. I got as far as the import and then lunch happened.",
        "I made an account, that is all. Is there a catch?",
        "Trial? Yes. Your import did not like my spreadsheet.",
    ),
    "webinar": (
        "The webinar, right. I had it on in the background, to be honest.",
        "Good webinar. The part about the night shift was us exactly.",
        "I registered and then missed it. Is there a recording?",
    ),
    "ebook": (
        "The e-book? I got to page four.",
        "I downloaded it for my boss, he reads these things.",
        "Oh, you call everybody who downloads a PDF? Impressive, in a way.",
        "Yes, the overtime numbers. Are those real?",
    ),
    "guide": (
        "The comparison, yes. You left out the one we use.",
        "I read it. Bold of you to print the prices of the others.",
        "I have the comparison in front of me. Row seven is wrong, by the way.",
    ),
    "roi": (
        "Your calculator says we burn ninety thousand a year. I do not believe it.",
        "I played with the calculator, yes. What is behind that overtime figure?",
    ),
    "newsletter": (
        "I get your Monday mail, I did not ask for a call.",
        "The newsletter? I like the short ones.",
    ),
    "": (
        "Who is this, please?",
        "I do not think I filled in anything. Where did you get my number?",
        "Harbourline? Never heard of it. You have thirty seconds.",
        "Is this a sales call? Be honest.",
    ),
}

SAYS: dict[str, dict[str, tuple[str, ...]]] = {
    # mood: persona: lines; "" fits everybody
    "meeting": {
        "persona_1": (
            "If you can show the API against our ERP, you can have half an hour on Thursday.",
            "Send me the docs before and I will bring my architect. When?",
        ),
        "persona_2": (
            "If you bring a reference with numbers, I will bring the controller. Next week?",
            "Twenty minutes, with a price on the table at the end. Tuesday at ten.",
        ),
        "persona_3": (
            "We re-plan every night by hand. Show me that, and show my planner. Friday early?",
            "Come when the late shift starts and see the chaos yourself. Wednesday, two o'clock.",
        ),
        "persona_4": ("I want to see how the events team would use it. Thursday after lunch?",),
        "persona_5": (
            "My daughter runs the depot, she has to be there. Friday at nine?",
            "If it saves my Sundays, I am in. Show me on Monday.",
        ),
        "persona_6": ("The works council wants to see the rest rules first. Let us invite them.",),
        "": (
            "Fine, let us put half an hour in. I have Thursday morning.",
            "All right, you did your homework. When can you show it?",
        ),
    },
    "qualified": {
        "persona_1": (
            "It has to go by March, the old one loses support. I recommend, the COO signs.",
            "Two integrators failed at the payroll link. If yours works, there is budget in Q1.",
        ),
        "persona_2": (
            "There is forty thousand in the plan for this. Above that it goes to the board.",
            "We will decide in six weeks. I need two offers, you would be the second.",
        ),
        "persona_3": (
            "Fourteen per cent overtime, and the board wants eight by summer. So yes, it hurts.",
            "Every swap is a text message to me at night. I want that to stop before the season.",
        ),
        "persona_4": (
            "We plan forty events a quarter in a shared calendar. It broke twice in May.",
        ),
        "persona_5": (
            "I decide. If it costs less than one planner, we talk. When could it be live?",
        ),
        "persona_6": (
            "The auditor gave us until spring to keep two years of rosters. That is the date.",
        ),
        "": ("Yes, this is on our list for this quarter. What do you need to know?",),
    },
    "callback": {
        "persona_1": ("In the middle of a release. Try me tomorrow, after stand-up, say ten.",),
        "persona_2": ("Month end. Call me on the third, I will have a head then.",),
        "persona_3": (
            "I am on the floor, I cannot hear a thing. Call at three, when it is quiet!",
            "A lorry has just come in. Ring me again in an hour?",
        ),
        "persona_4": ("We are on the stand in ten minutes. Next week is better, Tuesday?",),
        "persona_5": ("I am driving. Call me tomorrow before eight, I am always in by then.",),
        "persona_6": ("I have a candidate waiting. Can you ring at half past four?",),
        "": (
            "Bad moment. Can you call back this afternoon?",
            "I am in a meeting. Thursday at ten would work.",
        ),
    },
    "nurture": {
        "persona_1": ("Architecture freeze until summer. Send me release notes, not salespeople.",),
        "persona_2": ("Nothing before the next budget. Talk to me in September.",),
        "persona_3": ("We signed for twelve months with the other one in spring. Sorry.",),
        "persona_4": ("I was only researching. Keep sending the Monday mail.",),
        "persona_5": ("We are nine people. When I am at twenty, I call you myself.",),
        "persona_6": ("We are merging two sites first. After that, yes, honestly.",),
        "": ("Interesting, but not this year.", "Just collecting ideas for now."),
    },
    "not_interested": {
        "persona_1": ("We build these things ourselves. It works. Mostly.",),
        "persona_2": ("I have a hiring freeze and a software freeze. No.",),
        "persona_3": ("I have seen four of these tools. The whiteboard outlived them all.",),
        "persona_4": ("I wanted the PDF for a slide. That is the whole story.",),
        "persona_5": ("No thanks. Everybody wants my money this week.",),
        "persona_6": ("We are happy with the bureau that does it for us.",),
        "": ("No, thank you. No particular reason.", "I am not interested. Have a good day."),
    },
    "disqualified": {
        "": (
            "I am a student, it was for my thesis. Is that a problem?",
            "There are three of us and nobody works shifts.",
            "I sell rostering software myself, if I am honest.",
            "I left that firm, I just like to read.",
            "I have no say in this at all, and I do not know who has.",
            "My colleague talked to you last week, same firm, same desk.",
        ),
    },
    "do_not_call": {
        "": (
            "Take me off your list. Do not call this number again.",
            "This is my private number. Delete it. Now, please.",
            "We have a policy: no calls. Write, or leave it.",
        ),
    },
}

HESITATION = (
    "But keep it short.",
    "And what does it cost?",
    "We had something like it in 2019 and it failed.",
    "My boss must not hear it from you first.",
    "Do you know our industry at all?",
    "Who else uses it?",
)

GATEKEEPER = (
    "Front desk, good morning. She is in a meeting. What is it about?",
    "He does not take calls before noon. Shall I leave a note?",
    "I can put you through to the general mailbox, would that help?",
    "You are the third this week. Send an e-mail to info, please.",
    "Reception. She has just gone to the plant, try after three.",
    "This is his colleague. He is on the road until Thursday.",
    "I am her assistant. If you tell me in one sentence, I will tell her.",
)

VOICEMAIL = (
    "You have reached the voicemail of this number. Please leave a message after the tone.",
    "Hi, I cannot take your call. Keep it short and say your number twice. Beep.",
    "I am out of office until Monday. For urgent matters call the front desk. Beep.",
    "The mailbox greets you in another language, then beeps.",
    "A robot reads out the number you have just dialled, then beeps.",
)

NOBODY = (
    "It rings and rings. Nobody.",
    "Eight rings, then the line drops.",
    "It rings out.",
    "Ringing, a click, ringing again, nothing.",
)
ENGAGED = ("Engaged tone.", "Busy. Busy. Busy.")

WRONG_NUMBER = (
    "A florist. No, nobody of that name here.",
    "He left the company last year. I have the number now.",
    "You have called a fax machine.",
    "Private household. You want somebody else, dear.",
    "This number is not in service.",
)

UNDIALLABLE = ("There is no number here that a telephone could dial.",)

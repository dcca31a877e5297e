"""Answers of people to a call, by conversion, persona and mood."""

from __future__ import annotations

RECALL: dict[str, tuple[str, ...]] = {
    # form key: first words when a person answers
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
    # mood: persona: lines; "" for everybody
    "meeting": {
        "persona_1": (
            "Two things: webhooks and a test system. Show both and you have my Tuesday at eleven.",
            "I will give you forty minutes if an engineer of yours is on the line. Wednesday?",
            "Fine, but no slides. Share a screen with real data, Thursday at two.",
            "If you can show the API against our ERP, you can have half an hour on Thursday.",
            "Send me the docs before and I will bring my architect. When?",
        ),
        "persona_2": (
            "Put the cost over three years on one page and I will look at it with you on Monday.",
            "My diary says Thursday, quarter past nine. Do not be late, I never am.",
            "If you bring a reference with numbers, I will bring the controller. Next week?",
            "Twenty minutes, with a price on the table at the end. Tuesday at ten.",
        ),
        "persona_3": (
            "If my shift leads get it in ten minutes, you have a customer. Try, Thursday at six.",
            "Bring somebody who has stood in a warehouse. Tuesday, half past one.",
            "We re-plan every night by hand. Show me that, and show my planner. Friday early?",
            "Come when the late shift starts and see the chaos yourself. Wednesday, two o'clock.",
        ),
        "persona_4": (
            "Our agency should hear this too. Friday at eleven, I send you the address.",
            "Show me how it counts hours per campaign and we are talking. Monday at three?",
            "I want to see how the events team would use it. Thursday after lunch?",
        ),
        "persona_5": (
            "You have called at the right moment, my planner has just resigned. Tomorrow at eight?",
            "Come by if you are near, I do not like video. Otherwise Wednesday at noon.",
            "My daughter runs the depot, she has to be there. Friday at nine?",
            "If it saves my Sundays, I am in. Show me on Monday.",
        ),
        "persona_6": (
            "I need to see how swaps stay fair. Can you show that on Thursday at ten?",
            "Invite our lawyer as well, she worries about the data. Tuesday afternoon.",
            "The works council wants to see the rest rules first. Let us invite them.",
        ),
        "": (
            "Fine, let us put half an hour in. I have Thursday morning.",
            "All right, you did your homework. When can you show it?",
        ),
    },
    "qualified": {
        "persona_1": (
            "Our nightly export takes four hours. If yours streams, I write the recommendation.",
            "Security review first, then a pilot, then the CFO. I know the order, I wrote it.",
            "It has to go by March, the old one loses support. I recommend, the COO signs.",
            "Two integrators failed at the payroll link. If yours works, there is budget in Q1.",
        ),
        "persona_2": (
            "The present contract costs sixty thousand and ends in April. I want it under fifty.",
            "I own the budget, operations owns the pain. You need us both.",
            "There is forty thousand in the plan for this. Above that it goes to the board.",
            "We will decide in six weeks. I need two offers, you would be the second.",
        ),
        "persona_3": (
            "We lost a customer over a missed slot. The managing director asks every week.",
            "Three sites, two hundred and ten people, one of me. Start with the northern site.",
            "Fourteen per cent overtime, and the board wants eight by summer. So yes, it hurts.",
            "Every swap is a text message to me at night. I want that to stop before the season.",
        ),
        "persona_4": (
            "I have to show by June what the field team does all day. At present I cannot.",
            "We plan forty events a quarter in a shared calendar. It broke twice in May.",
        ),
        "persona_5": (
            "My bank wants to see that we plan ahead. So do I, frankly.",
            "We open a second site in May. By then it has to stand.",
            "I decide. If it costs less than one planner, we talk. When could it be live?",
        ),
        "persona_6": (
            "Sick leave is at nine per cent and nobody trusts the roster. My project this year.",
            "The union agreed to a pilot of one hall. Budget is signed.",
            "The auditor gave us until spring to keep two years of rosters. That is the date.",
        ),
        "": ("Yes, this is on our list for this quarter. What do you need to know?",),
    },
    "callback": {
        "persona_1": (
            "I am being paged. Same time tomorrow?",
            "Let me read your API page first. Call me on Wednesday at four.",
            "In the middle of a release. Try me tomorrow, after stand-up, say ten.",
        ),
        "persona_2": (
            "Board meeting in five minutes. Friday at eleven is free.",
            "Call my assistant and take half an hour next week, she knows.",
            "Month end. Call me on the third, I will have a head then.",
        ),
        "persona_3": (
            "Two people called in sick, I am driving a fork-lift. After the weekend, please.",
            "Not during hand-over! Half past two is good.",
            "I am on the floor, I cannot hear a thing. Call at three, when it is quiet!",
            "A lorry has just come in. Ring me again in an hour?",
        ),
        "persona_4": (
            "I am on a train and it is about to - call me at five?",
            "Deadline today. Thursday morning I am all yours.",
            "We are on the stand in ten minutes. Next week is better, Tuesday?",
        ),
        "persona_5": (
            "I have a customer in front of me. Evening is best, after six.",
            "Ring me on Monday, early. If I sound grumpy, go on anyway.",
            "I am driving. Call me tomorrow before eight, I am always in by then.",
        ),
        "persona_6": (
            "Interviews all day. Tomorrow at nine, before the first one.",
            "I am at a hearing. Next Tuesday, please.",
            "I have a candidate waiting. Can you ring at half past four?",
        ),
        "": (
            "Bad moment. Can you call back this afternoon?",
            "I am in a meeting. Thursday at ten would work.",
        ),
    },
    "nurture": {
        "persona_1": (
            "We have just migrated. Nobody here touches anything for six months.",
            "Come back when you support our identity provider. I mean it, I would look again.",
            "Architecture freeze until summer. Send me release notes, not salespeople.",
        ),
        "persona_2": (
            "Interesting numbers. Not in this budget. Put me on the list for the autumn.",
            "I need three quarters of data before I argue for this.",
            "Nothing before the next budget. Talk to me in September.",
        ),
        "persona_3": (
            "Peak season. Talk to me when the last lorry has left, in January.",
            "We rebuild the hall until May. Planning on paper until then.",
            "We signed for twelve months with the other one in spring. Sorry.",
        ),
        "persona_4": (
            "Headcount freeze, so there is less to plan. Next year.",
            "I was only researching. Keep sending the Monday mail.",
        ),
        "persona_5": (
            "Honestly, I am selling the firm. Ask the next owner in spring.",
            "Send me something I can read on holiday.",
            "We are nine people. When I am at twenty, I call you myself.",
        ),
        "persona_6": (
            "The works council elections come first. After March.",
            "We are merging two sites first. After that, yes, honestly.",
        ),
        "": ("Interesting, but not this year.", "Just collecting ideas for now."),
    },
    "not_interested": {
        "persona_1": (
            "I clicked by mistake. The cookie banner moved.",
            "Open source does it for us. Good luck.",
            "We build these things ourselves. It works. Mostly.",
        ),
        "persona_2": (
            "Three per cent saving is noise. No.",
            "We standardise on what the group buys. I have no say, and no wish.",
            "I have a hiring freeze and a software freeze. No.",
        ),
        "persona_3": (
            "My people do not want another app. Neither do I.",
            "I asked for a PDF, I got a phone call. That tells me enough.",
            "I have seen four of these tools. The whiteboard outlived them all.",
        ),
        "persona_4": (
            "You target me well, I give you that. Still no.",
            "I wanted the PDF for a slide. That is the whole story.",
        ),
        "persona_5": (
            "My wife does the plan in an hour, on paper. Beat that.",
            "I do not buy on the telephone. Ever.",
            "No thanks. Everybody wants my money this week.",
        ),
        "persona_6": (
            "People are not resources to be optimised. Thank you, no.",
            "We are happy with the bureau that does it for us.",
        ),
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

# Completion of sdrdesk. Made from the commands by `make docs`; do not edit.

_sdrdesk_tab=$'\t' _sdrdesk_nl=$'\n'

# What may follow a command: $_sub commands, $_opt options, $_arg kinds of arguments.
_sdrdesk_table() {
  _sub='' _opt='' _arg=''
  case "$1" in
    '') _sub='status	Show what cannot wait: due callbacks, new leads, SLAs about to...
queue	Print the ranked queue: the leads to call now, best first.
views	List the views of the queue; a team defines its own in views.toml.
next	Print the lead to call now.
lead	Print one lead with its timeline.
why	Explain a lead'\''s place in the queue, or the rule that keeps it out.
funnel	Count how many leads each rule keeps out of the queue, and how many...
script	Print the call script for this lead and why it was chosen.
ahead	List what is at risk in the next hours: callbacks, SLAs, calling...
settle	Decide on many leads at once without calling; undo --last takes all...
snooze	Snooze a lead until a time, which is read in the lead'\''s time zone.
skip	Skip a lead for an hour, with a reason.
wait	Pause a lead'\''s SLA because the customer asked you to wait, here and...
wake	End a lead'\''s snooze or skip.
pin	Pin a lead to the top of the queue, below callbacks that are due.
unpin	Unpin a lead; it goes back to its place in the queue.
zone	Show or set a lead'\''s time zone; a zone you set is kept.
persona	Show or correct a lead'\''s persona; a correction is sent with the...
add	Add one person as your lead, unless the CRM has them already.
dupes	List leads that may be the same person, the likeliest first.
merge	Merge two leads that are one person, at the CRM and here.
edit	Correct a person'\''s name, title, e-mail, numbers or company.
callbacks	List promised callbacks, booked meetings and open tasks in the CRM,...
task	E-mail and to-do tasks in the CRM: mark them as done, or move them.
unpromise	Remove a promised callback without a call, and complete its task at...
dispose	Record an outcome.
touch	Log a contact other than a call: email, linkedin, sms, meeting (in...
email	Write the follow-up e-mail of the lead'\''s script; nothing is sent...
cadence	Cadences: planned steps of calls, e-mails and messages; who is in...
undo	Undo the last outcome or meeting result; one that was sent is...
redo	Redo what you undid last, as long as you did nothing else since.
correct	Correct one of your outcomes, or its note, here and in the CRM.
meetings	List your meetings, or say what became of one: held, no-show, moved...
login	Log in to the CRM with a token, a key, a password or an app; find...
logout	Log out: forget the token, key or password on this machine; local...
whoami	Show who you are and which account you are logged in to.
sync	Send what is waiting and fetch what changed.
folder	Exchange news with your other machines now; exit code 5 if...
away	Show what happened while you were away, for half an hour or more...
connectors	List the CRMs this installation can connect to, with versions and...
doctor	Check versions, paths, schema, token, scopes, clock, rules,...
setup	Look at the CRM account; choose its do-not-call field and the stage...
log	Print the activity log of one day: totals per rep, then every call.
report	Print a team report for a range of days, both ends included.
replay	Compare another ranking with the calls you really made.
calibrate	Learn the points of the fit score from outcomes.
export	Print all leads or all activities as CSV (the default) or JSON.
backup	Copy the database to a file and check the copy; the workbench may...
restore	Replace the database by a copy of a backup; close sdrdesk...
forget	Erase a person from this machine: rows, notes, search, backups,...
import	Create the people in a file as your leads in the CRM, and fetch them.
suppress	A do-not-call register of numbers, plain or hashed.
completions	Print the completion file of a shell, or the manual page (man).
help	Explain a command; without one, list them all.
config	The settings in use and where each comes from.
keys	List every key of the workbench with its id and your keymap...
demo	Open the workbench on a private sandbox CRM; your own data is not...
plain	Call line by line, without a screen: for screen readers, pipes and...
scripts	The script library: list the scripts, check them, show where they are.
outbox	List what is waiting to be sent and what was refused.
conflicts	List fields that were changed here and at the CRM; exit code 5 when...
block	A call block: time set aside for calling, with a length, a goal and...
rules	The team'\''s rules: check them, fetch them, show them, go back to...
hooks	Your own programs that sdrdesk starts after an outcome, for a new...
mcp	Serve the desk to an agent on standard input and output (Model...
fit	Check the fit rules.
dispositions	Check the outcomes.
qualification	Check the qualification slots.
relay	The team feed: tells every desk within seconds which leads changed.
sandbox	A HubSpot-compatible CRM with generated data, on this machine only.' _opt='--help		Show this message and exit.
--version		Print the version.
--plain		Call line by line, without a screen (same as: plain).
--quiet		Print nothing but errors.
--verbose		Print each request to the CRM.' _arg='' ;;
    'status') _sub='' _opt='--help		Show this message and exit.
--short		One line for tmux or a prompt.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'queue') _sub='' _opt='--help		Show this message and exit.
--limit	text	Print at most this many leads.
--view	view	View of the queue; `sdrdesk views` lists the names.
--where	text	Conditions in words: "fit at least 60, country IE or GB".
--find	text	Only leads with these words in name, company, phone, e-mail or notes.
--as-of	text	Rank for another time, in your zone: `tomorrow 18:00`.
--json		Print one JSON document.
--csv		Print CSV that is safe to open in a spreadsheet.
--fields	text	With --json: only these keys.' _arg='' ;;
    'views') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'next') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'lead') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'why') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'funnel') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'script') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'ahead') _sub='' _opt='--help		Show this message and exit.
--hours	text	Look this many hours ahead.
--until	text	Look ahead to a time: "tomorrow 18:00 Lisbon", ISO.
--limit	text	Print at most this many leads, 0 for all.
--rep	text	Owner id or e-mail; default: all of your queue.
--team	text	A team of team.toml.
--json		Print one JSON document.
--csv		Print CSV that is safe to open in a spreadsheet.
--fields	text	With --json: only these keys.' _arg='' ;;
    'settle') _sub='' _opt='--help		Show this message and exit.
--reason	text	The reason of disqualify.
--with-callback		Put off promised callbacks as well; without this they stay due.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
*' ;;
    'snooze') _sub='' _opt='--help		Show this message and exit.
--reason	text	Why.
--firm		Keep it even if the person converts again.
--with-callback		Put off a promised callback as well; without this it stays due.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
text' ;;
    'skip') _sub='' _opt='--help		Show this message and exit.
--reason	text	Why.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'wait') _sub='' _opt='--help		Show this message and exit.
--reason	text	Why the customer wants to wait.
--until	text	When the SLA clock starts again, in the lead'\''s zone: `thu 10:00`, `+2d`.
--end		Start the SLA clock again now.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'wake') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'pin') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'unpin') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'zone') _sub='' _opt='--help		Show this message and exit.
--clear		Go back to the zone of the number and address.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
text' ;;
    'persona') _sub='' _opt='--help		Show this message and exit.
--clear		Clear the field; the rules choose the persona again.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
text' ;;
    'add') _sub='' _opt='--help		Show this message and exit.
--email	text	E-mail address.
--phone	text	Telephone, with its country or in your default country.
--mobile	text	Mobile.
--first	text	First name.
--last	text	Last name.
--name	text	Whole name, instead of first and last.
--title	text	Job title.
--company	text	Company.
--anyway		Add them even if somebody else has the number.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'dupes') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'merge') _sub='' _opt='--help		Show this message and exit.
--yes		Merge without asking. It cannot be undone.
--dry-run		Only show what would happen.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
lead' ;;
    'edit') _sub='' _opt='--help		Show this message and exit.
--dry-run		Only show what would change.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
text
*' ;;
    'callbacks') _sub='' _opt='--help		Show this message and exit.
--when	=today tomorrow week all	These days only; overdue ones count as today.
--everybody		Also what colleagues promised to other reps'\'' leads.
--rep	text	Owner id or e-mail; default: those that concern you.
--team	text	A team of team.toml.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'task') _sub='done	Mark the task KEY (callbacks --json) as done, here and in the CRM.
move	Move the task KEY to TIME, here and in the CRM.' _opt='--help		Show this message and exit.' _arg='' ;;
    'task done') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text' ;;
    'task move') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text
text' ;;
    'unpromise') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'dispose') _sub='' _opt='--help		Show this message and exit.
--note	text	Note of the call.
--at	text	When the call happened; default: now.
--duration-s	text	Talk time in seconds.
--number	text	The number that was dialled, or that they called from.
--direction	=in out	in: they called; nothing was dialled.
--callback	text	When to call back: +3d, thu 10:00, ISO.
--team		Anybody on the team may make the callback.
--meeting	text	When the meeting starts.
--minutes	text	Length of the meeting in minutes.
--attendee	text	E-mail or name of an attendee; default: the lead. Repeatable.
--reason	text	Key of the reason, where one is needed; words: "other: moved abroad".
--qualify	text	A qualification answer. Repeatable.
--script	text	Id of the script that was used.
--scope	=person number company	Scope of do_not_call.
--push	=now later	When to send it to the CRM.
--dry-run		Print what would change at the CRM; record nothing.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
outcome' ;;
    'touch') _sub='' _opt='--help		Show this message and exit.
--text	text	What was written or said.
--at	text	When it happened; default: now.
--direction	=in out	in: they wrote to you.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
=email linkedin sms meeting note' ;;
    'email') _sub='' _opt='--help		Show this message and exit.
--template	text	Script to take the e-mail from (scripts list).
--open		Open it in your mail program.
--eml	file	Write it to a file as a draft.
--print		Print it (the default).
--subject	text	Another subject.
--text	text	Another text.
--sent		Confirm that you sent it: log it, here and in the CRM, once.
--not-sent		Say that you did not send it: discard the draft.
--waiting		List opened e-mails that you have neither confirmed nor discarded.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'cadence') _sub='list	List the cadences, the team'\''s own first, with the number of leads...
show	Show the steps of the cadence NAME and who is in which.
lint	Check the cadence files.
start	Put a lead into the cadence NAME; a lead can be in one only.
stop	Take a lead out of its cadence; with NAME only if it is that one.
end	Nurture, disqualify or hand back a lead that has had every step, as...' _opt='--help		Show this message and exit.' _arg='' ;;
    'cadence list') _sub='' _opt='--help		Show this message and exit.
--everybody		Count colleagues'\'' leads too.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'cadence show') _sub='' _opt='--help		Show this message and exit.
--everybody		Also colleagues'\'' leads.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text' ;;
    'cadence lint') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'cadence start') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
text' ;;
    'cadence stop') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead
text' ;;
    'cadence end') _sub='' _opt='--help		Show this message and exit.
--reason	text	Key of the reason, where the outcome needs one.
--to	text	Rep who gets a lead that is handed back.
--dry-run		Show what would change; nothing is recorded.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'undo') _sub='' _opt='--help		Show this message and exit.
--reason	text	Why; required to lift a do-not-call that was sent.
--last		Undo the last thing you did, also a decision or an edit, as u does.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'redo') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'correct') _sub='' _opt='--help		Show this message and exit.
--outcome	outcome	The right outcome, such as no_answer; default: the same.
--note	text	The right note.
--callback	text	When to call back: +3d, thu 10:00, ISO.
--meeting	text	When the meeting starts.
--minutes	text	Length of the meeting in minutes.
--attendee	text	E-mail or name of an attendee; default: the lead. Repeatable.
--reason	text	Key of the reason, for outcomes that need one.
--qualify	text	A qualification answer. Repeatable.
--scope	=person number company	Scope of do_not_call.
--why	text	Why; required to lift a do-not-call that was sent.
--dry-run		Print what would change and what stays; correct nothing.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text' ;;
    'meetings') _sub='' _opt='--help		Show this message and exit.
--at	text	New time of a meeting that was moved, in the lead'\''s zone.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text
text' ;;
    'login') _sub='' _opt='--help		Show this message and exit.
--owner	text	Your owner id or e-mail in the CRM.
--crm	text	CRM: hubspot, odoo, espocrm …
--server	text	Address of the CRM.
--database	text	Name of the database (Odoo).
--user	text	Your login name in the CRM; "" for none.
--token-stdin		Read the token, key or password from standard input.
--no-browser		Print the login page'\''s address; paste the one you arrive at.
--in-file		Without a keyring: keep the login in a file that only you can read.' _arg='' ;;
    'logout') _sub='' _opt='--help		Show this message and exit.' _arg='' ;;
    'whoami') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'sync') _sub='' _opt='--help		Show this message and exit.
--full		Compare every record again.
--watch		Keep syncing until stopped.
--keep-held		Do not send outcomes that can still be undone without a trace.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'folder') _sub='key	Make, store or show the key that encrypts the shared folder'\''s files.' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'folder key') _sub='' _opt='--help		Show this message and exit.
--stdin		Store the key of your first machine, read from standard input.
--show		Print the key, for your other machine.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'away') _sub='' _opt='--help		Show this message and exit.
--since	text	Since another time, in words or ISO 8601.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'connectors') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'doctor') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'setup') _sub='' _opt='--help		Show this message and exit.
--yes		Accept what setup proposes where there is no doubt.
--dry-run		Only look and report.
--do-not-call	text	The account'\''s do-not-call field on contacts; none if there is none.
--qualified-stage	text	Lifecycle stage for qualified leads.
--default-country	text	Country for numbers without one, such as IE.
--snapshot	file	Only write what the account has to FILE, for `sdrdesk rules check --account FILE`.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'log') _sub='' _opt='--help		Show this message and exit.
--day	text	Such as 2026-11-20, yesterday, mon, 2 weeks ago.
--rep	text	Owner id, e-mail or all; default: you.
--team	text	A team of team.toml.
--json		Print one JSON document.
--csv		Print CSV that is safe to open in a spreadsheet.
--md		Print Markdown.
--html	file	Write one HTML file that opens offline.
--xlsx	file	Write an Excel workbook with numbers, durations and times.
--shared		Let other users of this machine read the file; default: only you.
--definitions		Add the definition of every number.
--watch		Refresh every 30 s until stopped; with the team feed, as news comes in.
--crm		Also reconcile merged files with the CRM.
--upstream		Also add the comment to the CRM, as a note.
--fields	text	With --json: only these keys.' _arg='text
*' ;;
    'report') _sub='' _opt='--help		Show this message and exit.
--from	text	First day: 2026-11-20, mon, 3 nov.
--to	text	Last day.
--week	text	The week of this day, in place of --from and --to.
--by	=source form persona owner hour	Group `speed` by this.
--rep	text	Owner id or e-mail; default: all.
--team	text	A team of team.toml.
--against	=previous	Also show the same number of days before.
--leads	text	Print the leads behind a number; `list` lists the numbers.
--save-view	text	Save the leads of --leads as a view of the queue.
--json		Print one JSON document.
--csv		Print CSV that is safe to open in a spreadsheet.
--md		Print Markdown.
--html	file	Write one HTML file that opens offline.
--xlsx	file	Write an Excel workbook with numbers, durations and times.
--shared		Let other users of this machine read the file; default: only you.
--definitions		Add the definition of every number.
--fields	text	With --json: only these keys.' _arg='=speed sla outcomes scripts funnel rhythm goals week partners fit cadences' ;;
    'replay') _sub='' _opt='--help		Show this message and exit.
--from	text	First day: 2026-11-20, mon, 3 nov.
--config	file	Folder with another ranking.toml, fit.toml or both.
--to	text	Last day.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'calibrate') _sub='' _opt='--help		Show this message and exit.
--from	text	First day of conversions; a year back.
--target	=meeting qualified	Result that counts as won.
--out	file	Write the new fit.toml there, if it does better than the one in use.
--data	file	Learn from a CSV file of past leads instead.
--outcome	outcome	The file'\''s column of outcomes; COLUMN=VALUE names the value that is a win.
--time	text	The file'\''s column of times: the latest 30 % are the test. Without it, a random 30 %.
--allow	text	Use a field although it seems to be filled in after the call.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'export') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--csv		Print CSV that is safe to open in a spreadsheet.
--fields	text	With --json: only these keys.' _arg='=leads activities' ;;
    'backup') _sub='' _opt='--help		Show this message and exit.
--list		List the backups.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='file' ;;
    'restore') _sub='' _opt='--help		Show this message and exit.
--yes		Do not ask.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='backup' ;;
    'forget') _sub='' _opt='--help		Show this message and exit.
--dry-run		Say what would be erased; change nothing.
--drop-unsent		Erase even what was not sent to the CRM yet.
--yes		Do not ask.
--lift		Allow an erased person to be fetched again.
--finish		Finish an earlier run: remove the last bytes from the file.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='lead' ;;
    'import') _sub='' _opt='--help		Show this message and exit.
--dry-run		Show the field of each column and the people; change nothing.
--map	text	The field for a column. Repeatable.
--ignore	text	Leave a column out. Repeatable.
--heading	text	Line with the headings; 0 finds it.
--encoding	text	Such as cp1252 or utf-16.
--sheet	text	Sheet of an .xlsx file.
--rejects	file	Write rows that were left out to this CSV file.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='file' ;;
    'suppress') _sub='import	Add numbers that must not be called, one in each line.
list	List the sources of the register, its entries, and the leads'\''...
remove	Remove one entry from the register, or all entries of a source.' _opt='--help		Show this message and exit.' _arg='' ;;
    'suppress import') _sub='' _opt='--help		Show this message and exit.
--source	text	Source, such as TPS; default: the name of the file.
--replace		The file is a whole new edition: remove what this source had before.
--country	text	Country of numbers without a country code: IE, US …
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='file' ;;
    'suppress list') _sub='' _opt='--help		Show this message and exit.
--limit	text	At most this many entries.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'suppress remove') _sub='' _opt='--help		Show this message and exit.
--source	text	Remove all entries of this source.
--country	text	Country of numbers without a country code: IE, US …
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text' ;;
    'completions') _sub='' _opt='--help		Show this message and exit.' _arg='=bash zsh fish powershell man' ;;
    'help') _sub='' _opt='--help		Show this message and exit.' _arg='text
*' ;;
    'config') _sub='check	Check config.toml, the rep'\''s themes, and crm.toml against the account.
edit	Open config.toml in your editor (VISUAL or EDITOR) and check it...
path	Print where config.toml is, or would be.
show	Print the settings in use; those that are not the default are marked.' _opt='--help		Show this message and exit.' _arg='' ;;
    'config check') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'config edit') _sub='' _opt='--help		Show this message and exit.' _arg='' ;;
    'config path') _sub='' _opt='--help		Show this message and exit.' _arg='' ;;
    'config show') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text
*' ;;
    'keys') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'demo') _sub='' _opt='--help		Show this message and exit.
--leads	text	Number of leads.
--seed	text	The same seed generates the same account.
--plain		Call line by line, without a screen.' _arg='' ;;
    'plain') _sub='' _opt='--help		Show this message and exit.' _arg='' ;;
    'scripts') _sub='list	List the scripts, the team'\''s own before the shipped ones.
lint	Check every script for wrong merge fields, long sections and...
path	Print the folder for the team'\''s own scripts.' _opt='--help		Show this message and exit.' _arg='' ;;
    'scripts list') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'scripts lint') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'scripts path') _sub='' _opt='--help		Show this message and exit.' _arg='' ;;
    'outbox') _sub='list	List what is waiting to be sent and what was refused.
retry	Send a refused item again, or all of them.
drop	Delete a refused item; the outcome you recorded stays in the log.
questions	List what you recorded for leads that moved, were deleted or...
answer	Answer questions about leads that moved, were deleted or qualified...' _opt='--help		Show this message and exit.
--all		Include sent items and receipts.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'outbox list') _sub='' _opt='--help		Show this message and exit.
--all		Include sent items and receipts.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'outbox retry') _sub='' _opt='--help		Show this message and exit.
--all		Every refused item.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='item' ;;
    'outbox drop') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='item' ;;
    'outbox questions') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'outbox answer') _sub='' _opt='--help		Show this message and exit.
--all		Answer all questions, or those of --why.
--why	=moved qualified deleted	Only these, with --all.
--as	=write note drop	write: send it all the same; note: send what happened, and the rest as a note to the lead'\''s owner; drop: send nothing, keep it in the log.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text
*' ;;
    'conflicts') _sub='list	List fields that were changed here and at the CRM; exit code 5 when...
resolve	Resolve one conflict.' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'conflicts list') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'conflicts resolve') _sub='' _opt='--help		Show this message and exit.
--take	=mine theirs	The value to keep: mine is sent again, theirs replaces mine.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='conflict' ;;
    'block') _sub='start	Start a block; what you leave out stays as last time.
pause	Pause the block; the next call resumes it.
resume	Resume the block.
end	End the block and print its summary.
status	Show the running block so far.' _opt='--help		Show this message and exit.' _arg='' ;;
    'block start') _sub='' _opt='--help		Show this message and exit.
--length	text	Such as 50m, 1h30, until 16:30; default: as last time.
--goal	text	Such as 40 dials, 5 conversations, 2 meetings; default: as last time.
--recipe	text	A view, or "40 % new, 40 % retry, 20 % callbacks"; default: as last time.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'block pause') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text' ;;
    'block resume') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'block end') _sub='' _opt='--help		Show this message and exit.
--md		Print the summary as Markdown.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'block status') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'rules') _sub='check	Check every file of the team: on its own, against the others, and...
pull	Fetch the team'\''s rules from git or a folder, checked, all of them...
rollback	Go back to the rules before the last pull.
show	Show which rules are in use, and which file each comes from.' _opt='--help		Show this message and exit.' _arg='' ;;
    'rules check') _sub='' _opt='--help		Show this message and exit.
--account	file	Snapshot of the account, written by `sdrdesk setup --snapshot FILE`.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='file' ;;
    'rules pull') _sub='' _opt='--help		Show this message and exit.
--dry-run		Only check and compare.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text' ;;
    'rules rollback') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'rules show') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'hooks') _sub='list	List the hooks, whether each runs, and how its last run went.
test	Run the hooks of one event now, with made-up data, and print how...
agree	Agree to the content of a hook that came with the team'\''s rules,...' _opt='--help		Show this message and exit.' _arg='' ;;
    'hooks list') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'hooks test') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='=after-outcome fresh-lead meeting-set block-end sync-failed' ;;
    'hooks agree') _sub='' _opt='--help		Show this message and exit.
--yes		Agree without being asked.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='text' ;;
    'mcp') _sub='' _opt='--help		Show this message and exit.
--allow-write		Let the agent record outcomes, notes and snoozes, marked as its own.' _arg='' ;;
    'fit') _sub='lint	List the rules of fit.toml that match all leads or none of them.
fields	List the account'\''s fields that a rule may name.' _opt='--help		Show this message and exit.' _arg='' ;;
    'fit lint') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'fit fields') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'dispositions') _sub='lint	Check dispositions.toml against the CRM account.' _opt='--help		Show this message and exit.' _arg='' ;;
    'dispositions lint') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'qualification') _sub='lint	List the slots of qualification.toml, and check the scripts against...' _opt='--help		Show this message and exit.' _arg='' ;;
    'qualification lint') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'relay') _sub='serve	Learn of changes in the CRM and tell the desks, until stopped.
check	Try the whole chain: CRM, feed server, rights, a test message, a...
key	Make this machine'\''s key for the feed and print the public half.
secret	Store the client secret of the HubSpot app, read from standard input.
rights	Print the users of a NATS server: each desk may write claims in its...' _opt='--help		Show this message and exit.' _arg='' ;;
    'relay serve') _sub='' _opt='--help		Show this message and exit.
--public-url	text	The address HubSpot calls, as set in the app; takes its webhooks.
--host	text	Address to listen on for webhooks.
--port	text	Port to listen on; 0 chooses a free one.
--journal-app	text	Client id of a HubSpot app whose webhooks journal is read.
--poll-s	text	Seconds between two looks at the CRM when no webhook calls.' _arg='' ;;
    'relay check') _sub='' _opt='--help		Show this message and exit.
--public-url	text	Also send a signed and an unsigned request there.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'relay key') _sub='' _opt='--help		Show this message and exit.
--new		Make a new key; the old one stops working once the server has the new one.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'relay secret') _sub='' _opt='--help		Show this message and exit.
--json		Print one JSON document.
--fields	text	With --json: only these keys.' _arg='' ;;
    'relay rights') _sub='' _opt='--help		Show this message and exit.
--relay	text	Public key of the relay.
--sees-all	text	Owner whose desk has everybody'\''s leads. Repeatable.
--account	text	The account, such as '\''HubSpot 123'\''; default: the token'\''s.' _arg='text
*' ;;
    'sandbox') _sub='serve	Serve the sandbox CRM until stopped; more options: python -m...' _opt='--help		Show this message and exit.' _arg='' ;;
    'sandbox serve') _sub='' _opt='--help		Show this message and exit.
--port	text	Port on 127.0.0.1; 0 chooses a free one.
--leads	text	Number of leads to generate.
--seed	text	The same seed generates the same account.
--state	file	Keep the account in this file between runs.' _arg='' ;;
  esac
}

# Set $kind to what the value of an option is, '' if it takes none.
_sdrdesk_kind() {
  local line
  kind=''
  while IFS= read -r line; do
    if [[ ${line%%$_sdrdesk_tab*} == "$1" ]]; then
      line="${line#*$_sdrdesk_tab}"
      kind="${line%%$_sdrdesk_tab*}"
    fi
  done <<< "$_opt"
}

# Set $kind to what the argument of this number is.
_sdrdesk_argument() {
  local line left="$1" before=''
  kind=''
  while IFS= read -r line; do
    if [[ $line == '*' ]]; then
      (( left >= 0 )) && kind="$before"
    elif (( left == 0 )); then
      kind="$line"
    fi
    before="$line"
    (( left-- ))
  done <<< "$_arg"
}

_sdrdesk() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev='' word='' path='' kind='' found=''
  local i=1 n=0 last="$COMP_CWORD" _sub='' _opt='' _arg=''
  local words=("${COMP_WORDS[@]}")
  (( last > 0 )) && prev="${words[last - 1]}"
  # Follow the words before the cursor into the table.
  _sdrdesk_table ''
  while (( i < last )); do
    word="${words[i]}"
    (( i++ ))
    case "$word" in
      -*)
        _sdrdesk_kind "$word"
        [[ -n $kind ]] && (( i++ ))
        ;;
      *)
        case "$_sdrdesk_nl${_sub}" in
          *"${_sdrdesk_nl}${word}$_sdrdesk_tab"*)
            path="${path:+$path }$word"
            _sdrdesk_table "$path"
            ;;
          *) (( n++ )) ;;
        esac
        ;;
    esac
  done
  # Which kind of word stands at the cursor?
  kind=''
  if (( i == last )); then
    case "$cur" in
      -*) kind='-' ;;
      *)
        if [[ -n $_sub ]]; then kind='+'; else _sdrdesk_argument "$n"; fi
        ;;
    esac
  else
    _sdrdesk_kind "$prev"
  fi
  COMPREPLY=()
  case "$kind" in
    '' | text) return ;;
    file) compopt -o filenames 2>/dev/null; found="$(compgen -f -- "$cur")" ;;
    -) found="$(cut -f1 <<< "$_opt")" ;;
    +) found="$(cut -f1 <<< "$_sub")" ;;
    '='*) found="${kind#=}"; found="${found// /$_sdrdesk_nl}" ;;
    *)
      found="$(_SDRDESK_COMPLETE="$kind" _SDRDESK_WORD="$cur" "${COMP_WORDS[0]}" 2>/dev/null)"
      found="$(cut -f1 <<< "$found")"
      ;;
  esac
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$found" -- "$cur"))
}

complete -F _sdrdesk sdrdesk

"""Tools for people who write courses: skeletons, checks, schemas, times.

What lives here: `lambda-tutor course ...` (`command`); what `course new` writes (`new`, with the files of
`skeleton/`); what `course check` asks of a course (`check` is the way through it; `labs`, `states`, `pages`,
`questions`, `links` and `widths` are the rules) and how it is told (`telling`); verdicts that are kept
(`verdicts`); how long real runs took (`times`).
What does not: reading and judging the formats themselves (`tutor.course`), answering checks
(`tutor.practice`), computing keys (`tutor.quiz`), and the skins: `course preview` is put together by the
command line.
Where to add the next thing: a rule goes to the module of what it looks at, as a note in its `Findings`; a
subcommand to `command`; an example to `skeleton/`.
"""

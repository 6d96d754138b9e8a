/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/maga.test.ts > TAP > requests as they are sent > maga judge 1`] = `
{"model":"m","temperature":0,"max_tokens":512}

#Identity and Capabilities#
You are a content reviewer. You compare a text with the raw text of which it is said to be a rewrite.

#Workflow#
1. Read the raw text and text A, which follows it.
2. Analyse whether text A can be recognised as a rewrite of the raw text, and which of its information points it holds.
3. Give text A a score from 1 to 5.

#Detailed Requirements#
None of the following lowers the score:
- information that the raw text does not have, also where it leads away from the core of the raw text
- another style, order or focus
- information that was left out; where nothing else is wrong, the score is 5
The following lowers the score:
- text A cannot be recognised as a rewrite of the raw text
- text A holds none of the information points of the raw text
5 means a rewrite beyond doubt, 3 one that can still be recognised, 1 a text that has nothing to do with the raw text.

#Response#
Give one JSON object and nothing before or after it, the analysis in at most three sentences, the score a whole number:
{"A": {"analysis": "...", "score": 1}}

#Input#
#Raw Text#
<document>
RAW TEXT {{genre}}
</document>

#Text A#
<text_a>
WRITTEN TEXT
</text_a>
`

exports[`test/recipes/maga.test.ts > TAP > requests as they are sent > maga pairs 1`] = `
{"model":"m","temperature":1,"top_p":0.9,"max_tokens":2048}

#Identity and Capabilities#
You are an experienced creator of written content. You know a great many kinds of text and the people who read them, and you see quickly for whom else, and in which other form, a given text could be written.

#Workflow#
1. Analyse the raw text: what it is about, which information points it carries, what kind of text it is and who reads it now.
2. Propose five pairs of a genre and an audience, each of which allows the content of the raw text to be written anew.

#Detailed Requirements#
Genre:
- Begin with a clear definition. Then describe it in two or three sentences: type of text, style, emotional tone, form, conflict, rhythm and atmosphere.
- Name only genres that live by words alone. Picture books, comics and videos are excluded.
- The five genres differ clearly from one another.
Audience:
- Begin with a clear definition. Then add two sentences on what characterises these people, such as age, occupation, gender, personality, appearance, education, stage of life, motives, interests and cognitive level.
- On purpose, choose some of the five among people to whom the subject means nothing, or who are hostile to it.

#Response#
Give one JSON object with exactly these ten keys, each with a string, and nothing before or after it:
{"audience_1": "...", "genre_1": "...", "audience_2": "...", "genre_2": "...", "audience_3": "...", "genre_3": "...", "audience_4": "...", "genre_4": "...", "audience_5": "...", "genre_5": "..."}

#Input#
#Raw Text#
<document>
RAW TEXT {{genre}}
</document>
`

exports[`test/recipes/maga.test.ts > TAP > requests as they are sent > maga reformulate 1`] = `
{"model":"m","temperature":1,"top_p":0.9,"max_tokens":4096}

#Identity and Capabilities#
You are an expert in creating content. You take up the information of a text and write it anew for other readers, in whatever genre is asked for.

#Workflow#
1. Read the raw text and take down its information points.
2. Draft a text in the genre that carries these information points.
3. Polish the draft until it speaks to the audience: their knowledge, interests and way of talking.

#Detailed Requirements#
- The genre and the audience follow the raw text, each between <<< and >>>.
- Keep the information points of the raw text; how they are ordered, told and connected is up to the genre.
- Use the language of the raw text as an educated native speaker writes it.
- The text stands on its own: it mentions neither the raw text nor the genre, the audience or this task.

#Response#
Give the finished text alone: no title such as "Rewritten text", no remark on what was done, no note at the end.

#Input#
#Raw Text#
<document>
RAW TEXT {{genre}}
</document>

#Genre#
<<<Sea shanty. Rough and merry.>>>

#Audience#
<<<Landlubbers. They fear water.>>>
`

exports[`test/recipes/maga.test.ts > TAP > requests as they are sent > maga-relaxed judge 1`] = `
{"model":"m","temperature":0,"max_tokens":512}

#Identity and Capabilities#
You are a content reviewer. You compare a text with the raw text of which it is said to be a rewrite.

#Workflow#
1. Read the raw text and text A, which follows it.
2. Analyse whether text A can be recognised as a rewrite of the raw text, and which of its information points it holds.
3. Give text A a score from 1 to 5.

#Detailed Requirements#
None of the following lowers the score:
- information that the raw text does not have, also where it leads away from the core of the raw text
- another style, order or focus
- information that was left out; where nothing else is wrong, the score is 5
The following lowers the score:
- text A cannot be recognised as a rewrite of the raw text
- text A holds none of the information points of the raw text
5 means a rewrite beyond doubt, 3 one that can still be recognised, 1 a text that has nothing to do with the raw text.

#Response#
Give one JSON object and nothing before or after it, the analysis in at most three sentences, the score a whole number:
{"A": {"analysis": "...", "score": 1}}

#Input#
#Raw Text#
<document>
RAW TEXT {{genre}}
</document>

#Text A#
<text_a>
WRITTEN TEXT
</text_a>
`

exports[`test/recipes/maga.test.ts > TAP > requests as they are sent > maga-relaxed pairs 1`] = `
{"model":"m","temperature":1,"top_p":0.9,"max_tokens":2048}

#Identity and Capabilities#
You are an experienced creator of written content. You know a great many kinds of text and the people who read them, and you see quickly for whom else, and in which other form, a given text could be written.

#Workflow#
1. Analyse the raw text: what it is about, which information points it carries, what kind of text it is and who reads it now.
2. Propose five pairs of a genre and an audience, each of which allows the content of the raw text to be written anew.

#Detailed Requirements#
Genre:
- Begin with a clear definition. Then describe it in two or three sentences: type of text, style, emotional tone, form, conflict, rhythm and atmosphere.
- Name only genres that live by words alone. Picture books, comics and videos are excluded.
- The five genres differ clearly from one another.
Audience:
- Begin with a clear definition. Then add two sentences on what characterises these people, such as age, occupation, gender, personality, appearance, education, stage of life, motives, interests and cognitive level.
- On purpose, choose some of the five among people to whom the subject means nothing, or who are hostile to it.

#Response#
Give one JSON object with exactly these ten keys, each with a string, and nothing before or after it:
{"audience_1": "...", "genre_1": "...", "audience_2": "...", "genre_2": "...", "audience_3": "...", "genre_3": "...", "audience_4": "...", "genre_4": "...", "audience_5": "...", "genre_5": "..."}

#Input#
#Raw Text#
<document>
RAW TEXT {{genre}}
</document>
`

exports[`test/recipes/maga.test.ts > TAP > requests as they are sent > maga-relaxed reformulate 1`] = `
{"model":"m","temperature":1,"top_p":0.9,"max_tokens":4096}

#Identity and Capabilities#
You are a creative author with a rich imagination, who needs only a hint to begin a work of their own.

#Workflow#
1. Pick out themes and keywords of the raw text.
2. Turn them into abstract inspiration.
3. Write an entirely new text out of this inspiration.

#Detailed Requirements#
- The genre and the audience follow the raw text, each between <<< and >>>. They are inspiration as well, and no more than that.
- The new text need not follow the raw text in content, order or form.
- Use the language of the raw text as an educated native speaker writes it.
- The text stands on its own: it mentions neither the raw text nor the genre, the audience or this task.

#Response#
Give the finished text alone: no title such as "Rewritten text", no remark on what was done, no note at the end.

#Input#
#Raw Text#
<document>
RAW TEXT {{genre}}
</document>

#Genre#
<<<Sea shanty. Rough and merry.>>>

#Audience#
<<<Landlubbers. They fear water.>>>
`

exports[`test/recipes/maga.test.ts > TAP > requests as they are sent > maga-strict judge 1`] = `
{"model":"m","temperature":0,"max_tokens":512}

#Identity and Capabilities#
You are a content reviewer. You compare a text with the raw text of which it is said to be a rewrite.

#Workflow#
1. Read the raw text and text A, which follows it.
2. Analyse whether text A can be recognised as a rewrite of the raw text, and which of its information points it holds.
3. Give text A a score from 1 to 5.

#Detailed Requirements#
None of the following lowers the score:
- information that the raw text does not have, also where it leads away from the core of the raw text
- another style, order or focus
- information that was left out; where nothing else is wrong, the score is 5
The following lowers the score:
- text A cannot be recognised as a rewrite of the raw text
- text A holds none of the information points of the raw text
5 means a rewrite beyond doubt, 3 one that can still be recognised, 1 a text that has nothing to do with the raw text.

#Response#
Give one JSON object and nothing before or after it, the analysis in at most three sentences, the score a whole number:
{"A": {"analysis": "...", "score": 1}}

#Input#
#Raw Text#
<document>
RAW TEXT {{genre}}
</document>

#Text A#
<text_a>
WRITTEN TEXT
</text_a>
`

exports[`test/recipes/maga.test.ts > TAP > requests as they are sent > maga-strict pairs 1`] = `
{"model":"m","temperature":1,"top_p":0.9,"max_tokens":2048}

#Identity and Capabilities#
You are an experienced creator of written content. You know a great many kinds of text and the people who read them, and you see quickly for whom else, and in which other form, a given text could be written.

#Workflow#
1. Analyse the raw text: what it is about, which information points it carries, what kind of text it is and who reads it now.
2. Propose five pairs of a genre and an audience, each of which allows the content of the raw text to be written anew.

#Detailed Requirements#
Genre:
- Begin with a clear definition. Then describe it in two or three sentences: type of text, style, emotional tone, form, conflict, rhythm and atmosphere.
- Name only genres that live by words alone. Picture books, comics and videos are excluded.
- The five genres differ clearly from one another.
Audience:
- Begin with a clear definition. Then add two sentences on what characterises these people, such as age, occupation, gender, personality, appearance, education, stage of life, motives, interests and cognitive level.
- On purpose, choose some of the five among people to whom the subject means nothing, or who are hostile to it.

#Response#
Give one JSON object with exactly these ten keys, each with a string, and nothing before or after it:
{"audience_1": "...", "genre_1": "...", "audience_2": "...", "genre_2": "...", "audience_3": "...", "genre_3": "...", "audience_4": "...", "genre_4": "...", "audience_5": "...", "genre_5": "..."}

#Input#
#Raw Text#
<document>
RAW TEXT {{genre}}
</document>
`

exports[`test/recipes/maga.test.ts > TAP > requests as they are sent > maga-strict reformulate 1`] = `
{"model":"m","temperature":1,"top_p":0.9,"max_tokens":4096}

#Identity and Capabilities#
You are an expert in polishing text. You bring a text closer to a genre and an audience and leave it the text that it was.

#Workflow#
1. Read the raw text.
2. Polish it towards the genre and the audience.
3. Read the result once more as the audience would, and correct it.

#Detailed Requirements#
- The genre and the audience follow the raw text, each between <<< and >>>. Polish wording and tone in their direction.
- Do not alter the raw text heavily: its content, its order and most of its sentences remain recognisable.
- Check again at the end that the text suits the audience.
- Be sparing with modal particles and filler words.
- Use the language of the raw text as an educated native speaker writes it.

#Response#
Give the finished text alone: no title such as "Rewritten text", no remark on what was done, no note at the end.

#Input#
#Raw Text#
<document>
RAW TEXT {{genre}}
</document>

#Genre#
<<<Sea shanty. Rough and merry.>>>

#Audience#
<<<Landlubbers. They fear water.>>>
`

/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/endpoint/offline/rewrite.test.ts > TAP > the form of each kind > must match snapshot 1`] = `
[multiple_choice]
Question: Which word or figure belongs in the gap? Sodium chloride works down to minus 21 degrees _____.
A. Celsius
B. Uppsala
C. Glasgow
D. Kelvin
Answer: A. Celsius
Explanation: Sodium chloride works down to minus 21 degrees Celsius.

Question: Which word or figure belongs in the gap? Calcium chloride works down to minus _____ degrees Celsius.
A. 51
B. 71
C. 21
D. 100
Answer: A. 51
Explanation: Calcium chloride works down to minus 51 degrees Celsius.

Question: Which word or figure belongs in the gap? On _____ water boils at 71 degrees Celsius.
A. Anders Celsius
B. Daniel Fahrenheit
C. Uppsala
D. Mount Everest
Answer: D. Mount Everest
Explanation: On Mount Everest water boils at 71 degrees Celsius.

Question: Which word or figure belongs in the gap? In 1742 the astronomer _____ proposed his scale in Uppsala.
A. Mount Everest
B. Daniel Fahrenheit
C. Glasgow
D. Anders Celsius
Answer: D. Anders Celsius
Explanation: In 1742 the astronomer Anders Celsius proposed his scale in Uppsala.


[dialogue]
User: Can you give me an overview of “Boiling and freezing”?
Assistant: Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. The boiling point falls with altitude.
User: Can you tell me more about that?
Assistant: On Mount Everest water boils at 71 degrees Celsius. A pressure cooker is a sealed pot that raises the boiling point.
User: How to lower the freezing point?
Assistant: Salt lowers the freezing point of water. Sodium chloride works down to minus 21 degrees Celsius. Calcium chloride works down to minus 51 degrees Celsius.
User: What should I know about “History”?
Assistant: In 1742 the astronomer Anders Celsius proposed his scale in Uppsala. The scale of Daniel Fahrenheit is older, from 1724. Lord Kelvin described absolute zero in 1848 in Glasgow.


[questions]
Question: Can you give me an overview of “Boiling and freezing”?
Answer: Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. Sodium chloride works down to minus 21 degrees Celsius.

Question: What is a pressure cooker?
Answer: A pressure cooker is a sealed pot that raises the boiling point.

Question: How to lower the freezing point?
Answer: Salt lowers the freezing point of water. Calcium chloride works down to minus 51 degrees Celsius.

Question: What should I know about “History”?
Answer: In 1742 the astronomer Anders Celsius proposed his scale in Uppsala. The scale of Daniel Fahrenheit is older, from 1724. Lord Kelvin described absolute zero in 1848 in Glasgow.

Question: Which word or figure belongs in the gap? On _____ water boils at 71 degrees Celsius.
Answer: Mount Everest. On Mount Everest water boils at 71 degrees Celsius.


[instruction]
Instruction: Explain what is important about “Boiling and freezing”.

Response: Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. The boiling point falls with altitude.

Salt lowers the freezing point of water. Sodium chloride works down to minus 21 degrees Celsius. Calcium chloride works down to minus 51 degrees Celsius.


[outline]
Boiling and freezing

Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. Sodium chloride works down to minus 21 degrees Celsius.

Key points
- The boiling point falls with altitude.
- On Mount Everest water boils at 71 degrees Celsius.
- A pressure cooker is a sealed pot that raises the boiling point.

How to lower the freezing point?
- Salt lowers the freezing point of water.
- Calcium chloride works down to minus 51 degrees Celsius.

History
- In 1742 the astronomer Anders Celsius proposed his scale in Uppsala.
- The scale of Daniel Fahrenheit is older, from 1724.
- Lord Kelvin described absolute zero in 1848 in Glasgow.


[concepts]
Celsius
Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. Sodium chloride works down to minus 21 degrees Celsius. Calcium chloride works down to minus 51 degrees Celsius.

degrees
On Mount Everest water boils at 71 degrees Celsius.

Anders Celsius
In 1742 the astronomer Anders Celsius proposed his scale in Uppsala.

boiling
The boiling point falls with altitude. A pressure cooker is a sealed pot that raises the boiling point.


[facts]
- Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted.
- On Mount Everest water boils at 71 degrees Celsius.
- Sodium chloride works down to minus 21 degrees Celsius.
- Calcium chloride works down to minus 51 degrees Celsius.
- In 1742 the astronomer Anders Celsius proposed his scale in Uppsala.


[continuation]
Sodium chloride works down to minus 21 degrees Celsius. Calcium chloride works down to minus 51 degrees Celsius.

In 1742 the astronomer Anders Celsius proposed his scale in Uppsala. The scale of Daniel Fahrenheit is older, from 1724. Lord Kelvin described absolute zero in 1848 in Glasgow.


[summary]
Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. Sodium chloride works down to minus 21 degrees Celsius. Calcium chloride works down to minus 51 degrees Celsius.


[lesson]
Boiling and freezing

In this lesson you will learn about “Boiling and freezing”.

Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. The boiling point falls with altitude. On Mount Everest water boils at 71 degrees Celsius. A pressure cooker is a sealed pot that raises the boiling point.

How to lower the freezing point?
Salt lowers the freezing point of water. Sodium chloride works down to minus 21 degrees Celsius. Calcium chloride works down to minus 51 degrees Celsius.

History
In 1742 the astronomer Anders Celsius proposed his scale in Uppsala. The scale of Daniel Fahrenheit is older, from 1724. Lord Kelvin described absolute zero in 1848 in Glasgow.

Key points
- Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted.
- Sodium chloride works down to minus 21 degrees Celsius.
- Calcium chloride works down to minus 51 degrees Celsius.

Check your understanding
Which word or figure belongs in the gap? Sodium chloride works down to minus 21 degrees _____.
Answer: Celsius


[article]
Boiling and freezing

Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. The boiling point falls with altitude. On Mount Everest water boils at 71 degrees Celsius. A pressure cooker is a sealed pot that raises the boiling point.

Salt lowers the freezing point of water.

Sodium chloride works down to minus 21 degrees Celsius. Calcium chloride works down to minus 51 degrees Celsius.

In 1742 the astronomer Anders Celsius proposed his scale in Uppsala. The scale of Daniel Fahrenheit is older, from 1724. Lord Kelvin described absolute zero in 1848 in Glasgow.


[dense]
Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. The boiling point falls with altitude. On Mount Everest water boils at 71 degrees Celsius. A pressure cooker is a sealed pot that raises the boiling point. I like it!

How to lower the freezing point?
Salt lowers the freezing point of water. There are two common kinds:

- Sodium chloride works down to minus 21 degrees Celsius.
- Calcium chloride works down to minus 51 degrees Celsius.

freeze(water)

History
In 1742 the astronomer Anders Celsius proposed his scale in Uppsala. The scale of Daniel Fahrenheit is older, from 1724.


[question_lines]
- Question: Can you give me an overview of “Boiling and freezing”? Answer: Water boils at 100 degrees Celsius at sea level, as Anders Celsius noted. Sodium chloride works down to minus 21 degrees Celsius.
- Question: What is a pressure cooker? Answer: A pressure cooker is a sealed pot that raises the boiling point.
- Question: How to lower the freezing point? Answer: Salt lowers the freezing point of water. Calcium chloride works down to minus 51 degrees Celsius.
- Question: What should I know about “History”? Answer: In 1742 the astronomer Anders Celsius proposed his scale in Uppsala. The scale of Daniel Fahrenheit is older, from 1724. Lord Kelvin described absolute zero in 1848 in Glasgow.
- Question: Which word or figure belongs in the gap? On _____ water boils at 71 degrees Celsius. Answer: Mount Everest. On Mount Everest water boils at 71 degrees Celsius.
`

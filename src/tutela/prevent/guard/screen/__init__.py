"""The screen path: what is on the screen looked at while it is there. It cuts short; it is never before.

* ``shapes``: rectangles, frames, whoever grabs a screen and whoever veils one
* ``tiles``: what changed between two frames; ``islands``: squares that touch, as rectangles
* ``cutting``: the pictures of a part of the screen, by the plain lines between them
* ``looks``: what looks like a picture and not like text or plain surfaces; ``busy``: where on the screen
* ``candidates``: what of a change is to be judged; ``bitmaps``: a part of the screen as a file
* ``familiar``: what was ruled shown lately, so that it is not veiled again
* ``pace``: how often is looked; ``peeping``: how a change under a veil is noticed
* ``questions``: the judge asked in threads; ``watching``: what is veiled; ``running``: all of it in a thread
* ``capturing``: frames by mss; ``overlay``: the process that draws the veils, by PySide6
* ``veiling``: that process started, spoken to and started again; ``wire``: the words between the two
* ``refusing``: where there is no screen path, in a sentence; ``fakes``: for tests
"""

"""The guard under way: what the person chose, the judge and the network path put together, and followed.

* ``known``: every device list of the folder asked as one
* ``scorers``: the classifiers that the person switched on, asked as one
* ``switching``: the judge in force, replaced while pictures come; what goes wrong, as words
* ``rules``: the person's policy as the network path and the judge read it
* ``mode``: on, paused or stopped, seen within a second
* ``counting``: blocks counted and kept, or nothing, as the person chose
* ``telling``: the sign that it runs, and one sentence for each trouble, on the person's own screen
* ``screen_path``: the screen path, switched on and off
* ``parts``: the judge made of lists and classifiers, and made again when they change
* ``page_side``: what the person's page sees of it, and asks of it
* ``turn``: one at a time
* ``guard``: all of it started, kept up and stopped
"""

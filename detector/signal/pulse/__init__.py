"""The heart beat: found by its rhythm, followed beat by beat, learnt, and taken away before twitches are looked for.

A slow stream of the movement above 5 Hz is kept for a quarter of a minute (`stream`). Where no beat is followed, a
chain of beats of one form is looked for in it (`search`, with `chain` and `template`); where one is, each next beat is
placed as it comes (`follow`). What was learnt of the whole interval is then subtracted from the samples, and what is
left has a noise of its own at each phase of the beat (`learn`): the gate is whitened by that. `timekeeper` joins them
and says how far the gate may go.
"""

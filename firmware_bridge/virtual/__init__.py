"""Wearables that are not there: the same GATT over bumble, and the bleak backend that reaches them.

A night is played through the real bleak API, the real attribute protocol and a real HCI, so the road from the radio to
the samples can be walked in a test or a demonstration without hardware; `time.run` walks it as fast as the CPU allows.
"""

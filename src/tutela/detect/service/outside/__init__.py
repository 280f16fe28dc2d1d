"""Opinions from outside the house: a slot, the contract, who may be asked, and simulators of three shapes."""

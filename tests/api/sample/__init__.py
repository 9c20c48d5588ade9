"""Tests of the sample and of simulated histories."""

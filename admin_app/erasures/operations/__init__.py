"""Erasures: who asks, who answers, and the steps of the job that erases."""

from admin_app.erasures.operations.requests import JOB, InTheWay, ask, carry_out, go_on, refuse
from admin_app.erasures.operations.steps import STEPS, complete, do_step

__all__ = ["JOB", "STEPS", "InTheWay", "ask", "carry_out", "complete", "do_step", "go_on", "refuse"]

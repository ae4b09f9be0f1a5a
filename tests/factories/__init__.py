"""The one place where tests get records from: one module per room, one function per model.

`make_<model>(…, **changes)` adds the smallest valid row, whatever the operations would say to it; `changes` replace columns. It has a
transaction of its own, or joins the one that is open. The functions with other names (`register`, `ready_card`, `labelled_batch`, …)
come to their record by the room's operations, as a person would.
"""

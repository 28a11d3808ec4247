#pragma once

/// From now on the process ends when the system has no memory for it: it writes `message` to standard error and exits with
/// `status`. Until then, and in processes that never call this, `malloc` fails as it always does. `message` must live for ever.
void end_when_out_of_memory(const char *message, int status);

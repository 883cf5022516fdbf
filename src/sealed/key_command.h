/*
 * key_command.h
 *		Running a command that prints keys.
 */
#ifndef WDD_KEY_COMMAND_H
#define WDD_KEY_COMMAND_H

#include "postgres.h"

#include "sealed/key_lines.h"

/*
 * Run a shell command, in a process group of its own and without input, and
 * take what it prints; its errors go where the server's go.  False: it failed,
 * took longer than the seconds given (and was killed, with its children), or
 * printed something else than keys; detail and hint say which.  Raises when the
 * statement is cancelled meanwhile.  May run in the postmaster.
 */
extern bool wdd_run_key_command(const char *command, int seconds, WddKeyLines *lines);

#endif							/* WDD_KEY_COMMAND_H */

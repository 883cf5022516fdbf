/*
 * key_command.c
 *		Running a command that prints keys (see key_command.h).
 *
 * As PostgreSQL's run_ssl_passphrase_command() does, but with a time limit.  A
 * pipe stream would not tell which process to end then, so the command is
 * started here: by posix_spawn, since a fork copies the page tables of all
 * shared memory.
 */
#include "postgres.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "miscadmin.h"
#include "sealed/key_command.h"

/* How long to wait at a time before looking for a request to cancel, in ms. */
#define LONGEST_NAP 100

extern char **environ;

typedef struct Command
{
	pid_t		process;		/* and process group; 0: none any more */
	int			output;			/* reading end of its pipe; -1: closed */
	int64		deadline;		/* of now_ms() */
} Command;

static int64
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Returns an errno. */
static int
spawn_with(const char *command, int output, posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes,
		   pid_t *process)
{
	char	   *arguments[] = {"sh", "-c", (char *) command, NULL};
	sigset_t	none,
				all;
	int			error;

	sigemptyset(&none);
	sigfillset(&all);
	if ((error = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)) != 0 ||
		(error = posix_spawn_file_actions_adddup2(files, output, STDOUT_FILENO)) != 0 ||
		(error = posix_spawnattr_setpgroup(attributes, 0)) != 0 ||
		(error = posix_spawnattr_setsigmask(attributes, &none)) != 0 ||
		(error = posix_spawnattr_setsigdefault(attributes, &all)) != 0 ||
		(error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
										  POSIX_SPAWN_SETSIGDEF)) != 0)
		return error;
	return posix_spawn(process, "/bin/sh", files, attributes, arguments, environ);
}

static int
spawn(const char *command, int output, pid_t *process)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int			error;

	if ((error = posix_spawn_file_actions_init(&files)) != 0)
		return error;
	if ((error = posix_spawnattr_init(&attributes)) == 0)
	{
		error = spawn_with(command, output, &files, &attributes, process);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&files);
	return error;
}

static bool
start(Command *run, const char *command, WddKeyFault *fault)
{
	int			ends[2];
	int			error;

	fflush(NULL);
	if (pipe(ends) != 0)
		error = errno;
	else
	{
		fcntl(ends[0], F_SETFD, FD_CLOEXEC);
		fcntl(ends[1], F_SETFD, FD_CLOEXEC);
		error = spawn(command, ends[1], &run->process);
		close(ends[1]);
		run->output = ends[0];
		if (error == 0)
			return true;
		close(ends[0]);
	}
	errno = error;
	wdd_key_fault_detail(fault, "It could not be started: %m.");
	wdd_key_fault_hint(fault, "Free what the system is short of, then call wdd.reload_keys().");
	return false;
}

/* End what is left of a command that is not worth waiting for. */
static void
end_by_force(Command *run)
{
	if (run->process > 0)
	{
		kill(-run->process, SIGKILL);
		while (waitpid(run->process, NULL, 0) < 0 && errno == EINTR)
			;
		run->process = 0;
	}
	if (run->output >= 0)
		close(run->output);
	run->output = -1;
}

static bool
refuse_late(WddKeyFault *fault, int seconds)
{
	wdd_key_fault_detail(fault, "It did not end within %d s.", seconds);
	wdd_key_fault_hint(fault, "Make it faster, or raise \"wdd_privacy.key_command_timeout\"; then call wdd.reload_keys().");
	return false;
}

/* The postmaster has no statement to cancel. */
static void
look_for_cancel(void)
{
	if (IsUnderPostmaster)
		CHECK_FOR_INTERRUPTS();
}

static bool
read_output(Command *run, int seconds, WddKeyLines *lines)
{
	char		bytes[256];
	bool		good = true;

	while (good)
	{
		struct pollfd on = {run->output, POLLIN, 0};
		int64		left = run->deadline - now_ms();
		ssize_t		n;

		if (left <= 0)
			return refuse_late(lines->fault, seconds);
		look_for_cancel();
		if (poll(&on, 1, Min(left, LONGEST_NAP)) <= 0)
			continue;
		n = read(run->output, bytes, sizeof(bytes));
		if (n == 0)
			return true;
		if (n > 0)
			good = wdd_key_lines_feed(lines, bytes, n);
		else if (errno != EINTR)
		{
			wdd_key_fault_detail(lines->fault, "Its output could not be read: %m.");
			wdd_key_fault_hint(lines->fault, "Call wdd.reload_keys() to try again.");
			good = false;
		}
		wdd_wipe(bytes, sizeof(bytes));
	}
	return false;
}

/* The pipe is closed, but the command may still have something to do. */
static bool
await_end(Command *run, int seconds, WddKeyFault *fault)
{
	int			status;
	pid_t		ended;

	while ((ended = waitpid(run->process, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR))
	{
		if (run->deadline <= now_ms())
			return refuse_late(fault, seconds);
		look_for_cancel();
		pg_usleep(1000);
	}
	run->process = 0;
	if (ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (ended < 0)
		wdd_key_fault_detail(fault, "Its end could not be waited for: %m.");
	else
		wdd_key_fault_detail(fault, "It failed: %s.", wait_result_to_str(status));
	wdd_key_fault_hint(fault, "The server log has what it said to its standard error. Mend it, then call wdd.reload_keys().");
	return false;
}

/*
 * A command that failed is told of by its status, also when what it printed
 * before was wrong or nothing.
 */
static bool
follow(Command *run, int seconds, WddKeyLines *lines)
{
	return read_output(run, seconds, lines) &&
		await_end(run, seconds, lines->fault) &&
		wdd_key_lines_end(lines);
}

bool
wdd_run_key_command(const char *command, int seconds, WddKeyLines *lines)
{
	/* not kept in a register over a longjmp */
	volatile Command run = {0, -1, now_ms() + (int64) seconds * 1000};
	volatile bool good = false;

	if (!start((Command *) &run, command, lines->fault))
		return false;
	PG_TRY();
	{
		good = follow((Command *) &run, seconds, lines);
	}
	PG_FINALLY();
	{
		end_by_force((Command *) &run);
	}
	PG_END_TRY();
	return good;
}

/*
 * key_file.c
 *		The file that holds keys (see key_file.h).
 *
 * A key beside the data would go into every base backup and snapshot of it.
 * Whether it lies there is asked of directories, not of names, so that neither
 * symbolic links nor bind mounts hide it.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "miscadmin.h"
#include "sealed/key_file.h"
#include "storage/fd.h"

#define FILE_HINT "The file must belong to the server's user with mode 0600 or stricter, or to root with mode 0640 or stricter."

static bool
is_directory(const struct stat *found, const char *path)
{
	struct stat of;

	return stat(path, &of) == 0 && of.st_dev == found->st_dev && of.st_ino == found->st_ino;
}

static bool
is_tablespace(const struct stat *found)
{
	char		links[MAXPGPATH];
	char		path[MAXPGPATH * 2];
	DIR		   *dir;
	struct dirent *entry;
	bool		is = false;

	snprintf(links, sizeof(links), "%s/pg_tblspc", DataDir);
	dir = AllocateDir(links);
	if (dir == NULL)
		return true;
	while (!is && (entry = ReadDirExtended(dir, links, LOG)) != NULL)
	{
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", links, entry->d_name);
		is = is_directory(found, path);
	}
	FreeDir(dir);
	return is;
}

static bool
is_server_directory(const char *path)
{
	char		wal[MAXPGPATH];
	struct stat found;

	if (stat(path, &found) != 0)
		return true;
	snprintf(wal, sizeof(wal), "%s/pg_wal", DataDir);
	return S_ISDIR(found.st_mode) &&
		(is_directory(&found, DataDir) || is_directory(&found, wal) || is_tablespace(&found));
}

bool
wdd_in_server_directory(const char *resolved_path)
{
	char		path[PATH_MAX];

	if (strlcpy(path, resolved_path, sizeof(path)) >= sizeof(path))
		return true;
	for (;;)
	{
		char	   *last = strrchr(path, '/');

		if (is_server_directory(path))
			return true;
		if (last == NULL || strcmp(path, "/") == 0)
			return false;
		last[last == path ? 1 : 0] = '\0';
	}
}

static bool
is_fit(const struct stat *found, WddKeyFault *fault)
{
	mode_t		mode = found->st_mode;

	wdd_key_fault_hint(fault, FILE_HINT);
	if (!S_ISREG(mode))
	{
		wdd_key_fault_detail(fault, "It is not a regular file.");
		wdd_key_fault_hint(fault, "Name a file, or use \"wdd_privacy.key_command\".");
	}
	else if (found->st_nlink != 1)
	{
		wdd_key_fault_detail(fault, "It has more than one name (hard links).");
		wdd_key_fault_hint(fault, "Copy it to a file of its own.");
	}
	else if (found->st_uid != geteuid() && found->st_uid != 0)
		wdd_key_fault_detail(fault, "It belongs to neither the server's user nor root.");
	else if ((found->st_uid == geteuid() && (mode & (S_IRWXG | S_IRWXO)) != 0) ||
			 (found->st_uid != geteuid() && (mode & (S_IWGRP | S_IXGRP | S_IRWXO)) != 0))
		wdd_key_fault_detail(fault, "Others than its owner have access to it: its mode is %04o.",
							 (unsigned int) (mode & 07777));
	else
		return true;
	return false;
}

static bool
read_all(int file, WddKeyLines *lines)
{
	char		bytes[256];
	ssize_t		n;
	bool		good = true;

	while (good && (n = read(file, bytes, sizeof(bytes))) != 0)
	{
		if (n > 0)
			good = wdd_key_lines_feed(lines, bytes, n);
		else if (errno != EINTR)
		{
			wdd_key_fault_detail(lines->fault, "It could not be read: %m.");
			wdd_key_fault_hint(lines->fault, FILE_HINT);
			good = false;
		}
	}
	wdd_wipe(bytes, sizeof(bytes));
	return good && wdd_key_lines_end(lines);
}

/*
 * Opened first and looked at afterwards, so that what was looked at is what is
 * read; without waiting for the other end of a pipe.
 */
static bool
read_resolved(const char *path, WddKeyLines *lines)
{
	struct stat found;
	int			file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	bool		good = false;

	if (file < 0 || fstat(file, &found) != 0)
	{
		wdd_key_fault_detail(lines->fault, "It could not be opened: %m.");
		wdd_key_fault_hint(lines->fault, FILE_HINT);
	}
	else
		good = is_fit(&found, lines->fault) && read_all(file, lines);
	if (file >= 0)
		close(file);
	return good;
}

bool
wdd_read_key_file(const char *path, WddKeyLines *lines)
{
	char		resolved[PATH_MAX];

	if (!is_absolute_path(path))
	{
		wdd_key_fault_detail(lines->fault, "Its path is not absolute.");
		wdd_key_fault_hint(lines->fault, "Give the path from the root.");
		return false;
	}
	if (realpath(path, resolved) == NULL)
	{
		wdd_key_fault_detail(lines->fault, "It could not be opened: %m.");
		wdd_key_fault_hint(lines->fault, "Make it with wdd.create_key_file(path), or correct the path.");
		return false;
	}
	if (wdd_in_server_directory(resolved))
	{
		wdd_key_fault_detail(lines->fault, "It lies within the data directory or a tablespace, and so in every backup of them.");
		wdd_key_fault_hint(lines->fault, "Move it to a directory that no backup of the database includes.");
		return false;
	}
	return read_resolved(resolved, lines);
}

/* Raise unless a file may be made in the path's directory. */
static void
check_new_path(const char *path)
{
	char	   *directory = pstrdup(path);
	char		resolved[PATH_MAX];

	for (const char *c = path; *c != '\0'; c++)
	{
		if ((unsigned char) *c < 0x20 || *c == 0x7F)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("path of a key file must not contain control characters")));
	}
	if (!is_absolute_path(path))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("path \"%s\" of a key file is not absolute", path)));
	get_parent_directory(directory);
	if (realpath(directory, resolved) == NULL)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("directory \"%s\" cannot be opened: %m", directory)));
	if (wdd_in_server_directory(resolved))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a key file must not lie in \"%s\"", directory),
				 errdetail("It is within the data directory or a tablespace, and so in every backup of them."),
				 errhint("Choose a directory that no backup of the database includes.")));
}

static void
write_new_key(int file, const char *path)
{
	static const char digits[] = "0123456789abcdef";
	static const char comment[] = "# Keys of sealed values of wdd_privacy: epoch, key.  Whoever has them reads all;\n"
		"# without them nobody does.  Keep a copy apart from the backups of the database.\n";
	uint8		key[WDD_KEY_BYTES];
	char		line[2 + 2 * WDD_KEY_BYTES + 1] = "1 ";
	bool		written;

	wdd_random_bytes(key, sizeof(key));
	for (int i = 0; i < WDD_KEY_BYTES; i++)
	{
		line[2 + 2 * i] = digits[key[i] >> 4];
		line[3 + 2 * i] = digits[key[i] & 15];
	}
	line[sizeof(line) - 1] = '\n';
	errno = 0;
	written = write(file, comment, sizeof(comment) - 1) == sizeof(comment) - 1 &&
		write(file, line, sizeof(line)) == sizeof(line) && pg_fsync(file) == 0;
	wdd_wipe(key, sizeof(key));
	wdd_wipe(line, sizeof(line));
	if (written)
		return;
	if (errno == 0)
		errno = ENOSPC;
	(void) unlink(path);
	ereport(ERROR,
			(errcode_for_file_access(),
			 errmsg("key file \"%s\" cannot be written: %m", path)));
}

void
wdd_make_key_file(const char *path)
{
	int			file;

	check_new_path(path);
	file = OpenTransientFilePerm(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (file < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("key file \"%s\" cannot be made: %m", path),
				 errhint("The directory must be one that the server's user may write; a file that is there is never overwritten.")));
	write_new_key(file, path);
	if (CloseTransientFile(file) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("key file \"%s\" cannot be written: %m", path)));
	fsync_fname(path, false);
}

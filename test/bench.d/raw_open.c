/*
 * raw_open.c
 *		What libsodium alone takes to open sealed values: the measure for
 *		wdd.reveal().  Prints nanoseconds a value, the median of rounds.
 *
 *	raw_open VALUES HEAD_BYTES PLAIN_BYTES
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 7

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static int
compare(const void *a, const void *b)
{
	double		left = *(const double *) a,
				right = *(const double *) b;

	return left < right ? -1 : left > right;
}

int
main(int argc, char **argv)
{
	size_t		n = argc > 1 ? atol(argv[1]) : 200000;
	size_t		head = argc > 2 ? atol(argv[2]) : 37;
	size_t		plain = argc > 3 ? atol(argv[3]) : 11;
	size_t		size = head + 24 + plain + 16;
	unsigned char key[32];
	unsigned char out[4096];
	unsigned char *values = malloc(n * size);
	double		rounds[ROUNDS];

	if (sodium_init() < 0 || values == NULL || plain > sizeof(out))
		return 1;
	randombytes_buf(key, sizeof(key));
	for (size_t i = 0; i < n; i++)
	{
		unsigned char *value = values + i * size;

		randombytes_buf(value, size);
		crypto_aead_xchacha20poly1305_ietf_encrypt(value + head + 24, NULL, value, plain, value, head, NULL,
												   value + head, key);
	}
	for (int round = 0; round < ROUNDS; round++)
	{
		double		begin = now();

		for (size_t i = 0; i < n; i++)
		{
			unsigned char *value = values + i * size;

			if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, value + head + 24, plain + 16, value, head,
														   value + head, key) != 0)
				return 1;
		}
		rounds[round] = (now() - begin) / n;
	}
	qsort(rounds, ROUNDS, sizeof(double), compare);
	printf("%.1f\n", rounds[ROUNDS / 2]);
	return 0;
}

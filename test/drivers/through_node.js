// node-postgres: queries, named statements, cursors, transactions, the pool.
const { Client, Pool } = require('pg');
const Cursor = require('pg-cursor');

const read = 'SELECT phone FROM people';
const unstated = 'column "phone" of table "public.people" cannot be used without a purpose';

function check(name, got, expected = true) {
	const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
	console.log(a === b ? `ok - ${name}` : `not ok: got ${a}, expected ${b} - ${name}`);
}

async function refused(name, action, primary) {
	try {
		await action();
		check(name, 'done', 'refused');
	} catch (e) {
		check(name, [e.code, e.message, !!e.hint], ['42501', primary, true]);
	}
}

async function connect(purpose) {
	const client = new Client({ user: 'app', options: `-c wdd_privacy.purpose=${purpose}` });
	await client.connect();
	return client;
}

const phones = (result) => result.rows.map((row) => row.phone);

async function main() {
	const service = await connect('service');
	const ads = await connect('ads');
	const none = await connect('');

	check('select', phones(await service.query(read)), ['p1', 'p2', 'p3', 'p4', 'p5']);
	const inserted = await service.query('INSERT INTO people (name, phone) VALUES ($1, $2) RETURNING id, phone', ['new', 'p6']);
	check('insert returning', [inserted.rows[0].id > 5, inserted.rows[0].phone], [true, 'p6']);
	check('update', (await service.query('UPDATE people SET phone = $1 WHERE id = $2', ['p7', inserted.rows[0].id])).rowCount, 1);
	check('delete', (await service.query('DELETE FROM people WHERE phone = $1', ['p7'])).rowCount, 1);

	const all = (await ads.query('SELECT * FROM people WHERE id = 1')).rows[0];
	check('SELECT *: what is not listed is masked', [all.phone, all.email], ['p1', 'p*@example.com']);
	const cursor = ads.query(new Cursor(read));
	const got = phones({ rows: await cursor.read(1) });
	await none.query("SELECT wdd.withdraw_consent(3::bigint, 'ads')");
	for (let rows; (rows = await cursor.read(1)).length;)
		got.push(...phones({ rows }));
	await cursor.close();
	check('a cursor keeps what it began with', got, ['p1', 'p3', 'p4', 'p5']);
	check('the next statement does not', phones(await ads.query(read)), ['p1', 'p4', 'p5']);

	const named = { name: 'by_id', text: 'SELECT phone FROM people WHERE id = $1', values: [3] };
	const before = (await ads.query(named)).rowCount;
	await none.query("SELECT wdd.grant_consent(3::bigint, 'ads')");
	check('a named statement asks anew', [before, (await ads.query(named)).rowCount], [0, 1]);
	await ads.query('BEGIN');
	await ads.query("SET LOCAL wdd_privacy.purpose = 'service'");
	check('a purpose for one transaction', phones(await ads.query({ ...named, values: [2] })), ['p2']);
	await ads.query('COMMIT');
	check('and for that one alone', phones(await ads.query({ ...named, values: [2] })), []);

	await refused('refused: a person who does not permit', () => ads.query("INSERT INTO people (id, phone) VALUES (20, 'x')"),
		'purpose "ads" may not store column "phone" of table "public.people" in this row');
	check('the connection goes on', (await ads.query(read)).rowCount, 4);
	await refused('refused without a purpose', () => none.query(read), unstated);
	await refused('with parameters, too', () => none.query(`${read} WHERE id = $1`, [1]), unstated);
	check('a person is registered without', (await none.query("INSERT INTO people (name) VALUES ('bare') RETURNING id")).rows[0].id > 5);
	await Promise.all([service.end(), ads.end(), none.end()]);

	// one connection of a pool serves the next caller, who has stated nothing
	const pool = new Pool({ user: 'app', max: 1 });
	const client = await pool.connect();
	await client.query('BEGIN');
	await client.query("SELECT wdd.set_purpose('ads', is_local => true)");
	check('a pool, in a transaction', (await client.query(read)).rowCount, 4);
	await client.query('COMMIT');
	client.release();
	await refused('the next one has no purpose', () => pool.query(read), unstated);
	await pool.end();
	console.log('done');
}

main().catch((e) => { console.error(e); process.exit(1); });

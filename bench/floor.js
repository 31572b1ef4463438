// What a program needs that does nothing but ask PostgreSQL one question: pg, bundled, and no more.
import pg from 'pg'

async function ask() {
  const client = new pg.Client({ connectionString: process.argv[2] })
  await client.connect()
  const { rows } = await client.query(
    'SELECT extract(epoch FROM now()) - rt_value::numeric AS age FROM runtime_info WHERE rt_key = $1',
    [process.argv[3]],
  )
  await client.end()
  const isSilent = Number(rows[0].age) > 600
  console.log(isSilent ? 'CRITICAL' : 'OK')
  process.exit(isSilent ? 2 : 0)
}

void ask()

/** What is measured: a timestamp's age, how long a deadline is over, or a number. */
export type Measure = 'age' | 'overdue' | 'amount'

# A file for /etc/cron.d, say /etc/cron.d/lastalive: owned by root, mode 644, and without a dot in its name, or cron
# passes over it. There, unlike in crontab FILE, a user's name stands between the time and the command.
#
#   useradd --system --home-dir /var/lib/lastalive --create-home --shell /usr/sbin/nologin lastalive
#   install -m 640 -g lastalive lastalive.yaml /etc/lastalive/lastalive.yaml
#
# Everybody can read this file, so passwords belong into the configuration, or into a password_file that it names.
# Nothing is expanded in the lines with an equals sign, and a % in a command has to be written \%.

# Where cron mails what a command prints. A run prints only what it could not tell or record, so such a mail means that
# lastalive itself needs somebody. MAILTO="" would throw that away.
MAILTO=admin@domain.tld
# Cron reads no profile, and its own PATH is /usr/bin:/bin: lastalive and node must be found here.
PATH=/usr/local/bin:/usr/bin:/bin
# The same directory for each line, and for people: sudo -u lastalive lastalive status --state /var/lib/lastalive
LASTALIVE_STATE=/var/lib/lastalive

# Each minute: look, tell, remember.
* * * * *    lastalive  lastalive run

# Who watches the watchdog? This prints something, and so makes cron mail it, when no run has finished for five minutes.
*/5 * * * *  lastalive  lastalive status --max-age 5m --quiet

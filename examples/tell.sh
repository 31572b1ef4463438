#!/bin/sh
# Puts a notice into the log of the system, under the name that is given: tell.sh NAME
#
# lastalive runs it for each message. The facts of the worst notice are in NOTICE_STATE, NOTICE_HEADLINE and the like; all
# that there is to say comes as JSON on standard input, which need not be read. Exit 0 says that it has been told; 64 to
# 78, but not 75, that it never will be; anything else, that the next run is to try again.

case "$NOTICE_STATE" in
  CRITICAL) priority=daemon.crit ;;
  WARNING) priority=daemon.warning ;;
  UNKNOWN) priority=daemon.err ;;
  *) priority=daemon.notice ;;
esac

exec logger -t "$1" -p "$priority" -- "$NOTICE_HEADLINE"

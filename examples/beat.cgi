#!/bin/sh
# A beat for devices that speak HTTP alone: curl -X POST https://watch.domain.tld/beat.cgi?NAME
# For any web server with CGI. LASTALIVE_URL is set in the web server. Only POST counts: fetching a link changes nothing.
case $REQUEST_METHOD in
  POST) lastalive beat --message "from $REMOTE_ADDR" -- "$QUERY_STRING" && status='200 OK' || status='503 Service Unavailable' ;;
  *) status='405 Method Not Allowed' ;;
esac
printf 'Status: %s\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n\r\n%s\n' "$status" "$status"

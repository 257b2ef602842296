/**
 * {@link io.shiplog.events.command.CommandPort} between processes: HTTPS with mutual TLS, the JDK's own client and server. A
 * message is one line of JSON and behind it the object's bytes, untouched. Whoever assembles a process may use it.
 */
@NullMarked
package io.shiplog.events.command.http;

import org.jspecify.annotations.NullMarked;

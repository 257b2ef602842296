/**
 * {@link io.shiplog.events.command.CommandPort} between processes: HTTPS with mutual TLS, on the JDK's client and server. A
 * message is one line of JSON followed by the object's bytes, unchanged. For code that assembles a process.
 */
@NullMarked
package io.shiplog.events.command.http;

import org.jspecify.annotations.NullMarked;

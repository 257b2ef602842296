/**
 * The commands of the command line, one class each, and how each puts the parts together. The only place that knows all
 * modules; nothing depends on it but {@code Shiplog}.
 */
@NullMarked
package io.shiplog.docker.launch;

import org.jspecify.annotations.NullMarked;

/**
 * The commands of the command line, one class each, and the assembly of the parts. The only code that depends on all modules;
 * only {@code Shiplog} depends on it.
 */
@NullMarked
package io.shiplog.docker.launch;

import org.jspecify.annotations.NullMarked;

/**
 * The parts of a process, assembled: the log and its projections, the control plane, what is closed at the end. Every role and
 * command that opens a log uses it; it reads no arguments. Depends on all modules.
 */
@NullMarked
package io.shiplog.docker.launch.assembly;

import org.jspecify.annotations.NullMarked;

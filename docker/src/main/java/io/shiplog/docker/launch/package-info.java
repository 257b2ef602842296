/**
 * The command line's commands for running a cluster, and the assembly of its parts. {@code …Command} and {@code …Role} are commands,
 * {@code …Option}, {@code …Options} and {@code …Converter} parse their arguments; {@code AllInOne}, {@code ControlPlane}, {@code
 * Nodes} and {@code BranchCluster} assemble parts into processes. The only code that depends on all modules; only {@code
 * Shiplog} depends on it.
 */
@NullMarked
package io.shiplog.docker.launch;

import org.jspecify.annotations.NullMarked;

/**
 * The files of a cluster on the machine besides its log: settings, process id, keys, kubeconfig, in {@code $SHIPLOG_HOME}. Used
 * only by the launcher, which passes values to the parts.
 */
@NullMarked
package io.shiplog.docker.home;

import org.jspecify.annotations.NullMarked;

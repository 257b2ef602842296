/**
 * What a cluster keeps on the machine beside its log: settings, process id, keys, kubeconfig, each at its place in {@code
 * $SHIPLOG_HOME}. Only the launcher uses it; the parts get what they need handed to them.
 */
@NullMarked
package io.shiplog.docker.home;

import org.jspecify.annotations.NullMarked;

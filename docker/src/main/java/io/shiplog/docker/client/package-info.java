/**
 * How a command of the command line speaks to a cluster: over HTTPS, found and allowed through the user's kubeconfig as kubectl is,
 * from any machine. Knows no other part.
 */
@NullMarked
package io.shiplog.docker.client;

import org.jspecify.annotations.NullMarked;

/**
 * The commands' connection to a cluster, over HTTPS, found and authorized through the user's kubeconfig like kubectl; and their
 * output, escaped. Called by every command that asks a running cluster; depends on {@code pki} alone.
 */
@NullMarked
package io.shiplog.docker.client;

import org.jspecify.annotations.NullMarked;

/**
 * The commands' connection to a cluster: over HTTPS, found and authorized through the user's kubeconfig like kubectl, from any
 * machine. Depends on no other part.
 */
@NullMarked
package io.shiplog.docker.client;

import org.jspecify.annotations.NullMarked;

/**
 * The cluster's certificate authority and the identities it signs: made once, kept in the home. Every connection between parts is
 * TLS with these. Only the launcher uses it; the parts get paths and SSLContexts.
 */
@NullMarked
package io.shiplog.docker.pki;

import org.jspecify.annotations.NullMarked;

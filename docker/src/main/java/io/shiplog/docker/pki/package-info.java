/**
 * The cluster's certificate authority and the identities it signs: created once, stored in the home. Every connection between
 * parts is TLS with these. The keys of encrypted objects ({@code KeyFile}) and of the log ({@code LogKeys}) are here, too. Used
 * only in this module; the parts get paths and SSLContexts.
 */
@NullMarked
package io.shiplog.docker.pki;

import org.jspecify.annotations.NullMarked;

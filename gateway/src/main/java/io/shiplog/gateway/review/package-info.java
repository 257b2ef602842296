/**
 * Reviews of identities and permissions: {@code kubectl auth can-i}, {@code auth whoami}, TokenReview. Nothing is stored.
 * Depends on the http, discovery and identity packages.
 */
@NullMarked
package io.shiplog.gateway.review;

import org.jspecify.annotations.NullMarked;

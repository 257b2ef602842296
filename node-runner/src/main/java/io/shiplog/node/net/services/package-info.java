/**
 * Services with their endpoints, read from an image once and kept as values. The service proxy and the name server are both
 * functions of them, so that they always agree. Depends on events, projections and addresses.
 */
@NullMarked
package io.shiplog.node.net.services;

import org.jspecify.annotations.NullMarked;

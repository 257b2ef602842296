/** Blame: each test as a short history of an object and who set what. */
@NullMarked
package io.shiplog.projections.history.blame;

import org.jspecify.annotations.NullMarked;

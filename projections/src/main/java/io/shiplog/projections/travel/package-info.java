/** Single objects at earlier moments, from the log's history where that is enough, else from an image. */
@NullMarked
package io.shiplog.projections.travel;

import org.jspecify.annotations.NullMarked;

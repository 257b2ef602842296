/** Tests of readings. */
@org.jspecify.annotations.NullMarked
package io.shiplog.projections.usage;

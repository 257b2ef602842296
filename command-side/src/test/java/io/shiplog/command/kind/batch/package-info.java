/** Tests of the kinds of batch. */
@NullMarked
package io.shiplog.command.kind.batch;

import org.jspecify.annotations.NullMarked;

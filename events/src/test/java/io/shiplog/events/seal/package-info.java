/** Tests of sealing, and what other modules' tests need to seal. */
@NullMarked
package io.shiplog.events.seal;

import org.jspecify.annotations.NullMarked;

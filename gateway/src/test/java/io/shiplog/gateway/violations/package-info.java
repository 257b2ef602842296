/** Classes that break the gateway's rules on purpose, so that the rules are seen to find them. Used by one test. */
@NullMarked
package io.shiplog.gateway.violations;

import org.jspecify.annotations.NullMarked;

/** Classes that break the module's laws, each one law, to prove that the laws bite. */
@NullMarked
package io.shiplog.lawless;

import org.jspecify.annotations.NullMarked;

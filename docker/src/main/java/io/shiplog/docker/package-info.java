/** The distribution: puts the parts together, in one process or apart. Knows every module; no module knows it. */
@NullMarked
package io.shiplog.docker;

import org.jspecify.annotations.NullMarked;

/** The distribution: assembles the parts, in one process or several. Depends on every module; no module depends on it. */
@NullMarked
package io.shiplog.docker;

import org.jspecify.annotations.NullMarked;

/** What a what-if cluster is, and how it differs from the trunk. Pure but for the files of its folder; {@code launch} puts it together. */
@NullMarked
package io.shiplog.docker.branch;

import org.jspecify.annotations.NullMarked;

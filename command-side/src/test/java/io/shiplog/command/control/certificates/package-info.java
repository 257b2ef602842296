@NullMarked
package io.shiplog.command.control.certificates;

import org.jspecify.annotations.NullMarked;

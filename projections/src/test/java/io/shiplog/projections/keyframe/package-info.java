/** Tests of keyframe stores, and the contract that every one of them passes. */
@NullMarked
package io.shiplog.projections.keyframe;

import org.jspecify.annotations.NullMarked;

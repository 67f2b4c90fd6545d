@NullMarked
package io.lockstep.proto.convert;

import org.jspecify.annotations.NullMarked;

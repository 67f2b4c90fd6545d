@NullMarked
package io.lockstep.proof.model;

import org.jspecify.annotations.NullMarked;

#!/usr/bin/env python3
"""Makes the files of this folder with NumPy; they are kept, so that tests need no NumPy.

types.npz and types_stored.npz: an array of 5 patterns of 3 inputs for each type, byte order and
order of storage, named as in `f8_big_columns`. Element [a, i] is (7 a + 3 i) mod 11 - 5, plus a
quarter where the type is real, plus 5 where it has no sign, and its parity where it is boolean.
"""
import os
import numpy

os.chdir(os.path.dirname(os.path.abspath(__file__)))
a, i = numpy.meshgrid(numpy.arange(5), numpy.arange(3), indexing="ij")
values = (7 * a + 3 * i) % 11 - 5
arrays = {}
for kind in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
    table = {"b": values % 2 == 1, "i": values, "u": values + 5, "f": values + 0.25}[kind[0]]
    for order in ["<", ">"]:
        for columns in [False, True]:
            name = kind + ("_big" if order == ">" else "_little") + ("_columns" if columns else "")
            arrays[name] = numpy.array(table, dtype=order + kind, order="F" if columns else "C")
numpy.savez_compressed("types.npz", **arrays)
numpy.savez("types_stored.npz", **arrays)

signs = numpy.where((a * 5 + i * 3) % 4 < 2, 1, -1)
labels = numpy.array([1, -1, -1, 1, -1])
numpy.savez("named.npz", X=signs.astype("i1"), y=labels)
numpy.savez("other_names.npz", train=signs, test=-signs, train_labels=labels)
numpy.save("labels_column.npy", labels[:, None])
numpy.save("labels_row.npy", labels[None, :].astype("f4"))
numpy.save("labels_boolean.npy", labels > 0)
numpy.save("packed_big.npy", numpy.packbits(numpy.tile(signs, 5) > 0, axis=1))
numpy.save("packed_little.npy", numpy.packbits(numpy.tile(signs, 5) > 0, axis=1, bitorder="little"))
numpy.save("weights.npy", numpy.array([1, -1, 1, 1, -1.0]))
numpy.savetxt("savetxt.txt", signs, fmt="%2d", header="a header\nof two lines")
numpy.savetxt("savetxt_default.txt", signs)

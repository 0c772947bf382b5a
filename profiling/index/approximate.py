"""Structures that find nearly all of the nearest vectors without looking at every one.

They keep short codes, not vectors: what they find is a list of candidates, which the caller orders by the vectors
themselves. So a code may be rough, and a score is always exact.
"""

from __future__ import annotations

import logging
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from profiling.encoder.encoder import Vectors
from profiling.index.library import load_faiss

logger = logging.getLogger(__name__)

Kind = Literal["flat", "hnsw", "ivf_pq"]
EXACT_UP_TO = 100_000
"""Items up to which exact search is fast enough: about 10 ms on one core at 384 dimensions."""
GRAPH_UP_TO = 250_000
"""Items up to which a graph is built in minutes on one core; lists of product codes take a fraction of that."""
CANDIDATES = 400
"""Candidates that are ordered exactly: many more than are wanted, because codes are rough."""
HNSW_LINKS = 32
HNSW_BUILD = 80
LISTS_PER_ROOT = 2.0
"""Lists of an inverted file, as a multiple of the root of the number of vectors."""
SAMPLE_PER_LIST = 50
TRAINING_ROUNDS = 8
PROBED_SHARE = 1 / 8
CODE_DIMENSIONS = 2
"""Dimensions that share one 4-bit code (fast scan: André et al., "Quicker ADC", 2019)."""
GPU_MOST = 2_048
"""The most candidates that a GPU index gives."""


def kind_for(count: int) -> Kind:
    """Exact search for a small catalogue, a graph for a larger one, product codes in lists for a very large one."""
    if count <= EXACT_UP_TO:
        return "flat"
    return "hnsw" if count <= GRAPH_UP_TO else "ivf_pq"


def build_hnsw(vectors: Vectors) -> Any:
    """A graph of links (Malkov and Yashunin 2016) over 8-bit codes."""
    faiss = load_faiss()

    graph = faiss.IndexHNSWSQ(vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = HNSW_BUILD
    graph.train(_sample(vectors, 20_000))
    graph.add(vectors)
    return graph


def build_ivf_pq(vectors: Vectors) -> Any:
    """Lists of vectors near to a centre, each as 4-bit product codes. The centres are learnt from a sample."""
    faiss = load_faiss()

    count, dimension = vectors.shape
    list_count = max(1, min(int(LISTS_PER_ROOT * count**0.5), count // SAMPLE_PER_LIST))
    parts = max(1, dimension // CODE_DIMENSIONS)
    lists = faiss.index_factory(dimension, f"IVF{list_count},PQ{parts}x4fs", faiss.METRIC_INNER_PRODUCT)
    lists.cp.niter = TRAINING_ROUNDS
    lists.cp.max_points_per_centroid = SAMPLE_PER_LIST
    lists.train(_sample(vectors, max(SAMPLE_PER_LIST * list_count, 1_000)))
    lists.add(vectors)
    return lists


def _sample(vectors: Vectors, most: int) -> Vectors:
    if len(vectors) <= most:
        return vectors
    sample: Vectors = vectors[np.sort(np.random.default_rng(0).choice(len(vectors), most, replace=False))]
    return sample


def candidates(
    structure: Any, kind: Kind, query: Vectors, k: int, *, allowed: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """Positions that are probably the nearest to a query of shape (dimension,), in no order that counts."""
    faiss = load_faiss()

    wanted = max(CANDIDATES, 2 * k)
    options: dict[str, Any] = {}
    if allowed is not None:
        bitmap = np.packbits(allowed, bitorder="little")
        options["sel"] = faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(bitmap))
    if kind == "hnsw":
        parameters = faiss.SearchParametersHNSW(efSearch=wanted, **options)
    else:
        probes = max(1, round(structure.nlist * PROBED_SHARE))
        parameters = faiss.SearchParametersIVF(nprobe=probes, **options)
    found: NDArray[np.int64] = structure.search(query[None, :], wanted, params=parameters)[1][0]
    return found[found >= 0]


def on_gpu(structure: Any, device: str) -> Any | None:
    """The exact index in half precision on a GPU, where FAISS has been built for one and there is one; else None.

    Args:
        device: of the settings; "cpu" means that no GPU is to be used.
    """
    faiss = load_faiss()

    if device == "cpu" or not hasattr(faiss, "StandardGpuResources") or not faiss.get_num_gpus():
        return None
    options = faiss.GpuClonerOptions()
    options.useFloat16 = True
    try:
        return faiss.index_cpu_to_gpu(faiss.StandardGpuResources(), 0, structure, options)
    except RuntimeError as error:  # FAISS has no error of its own for a GPU that is full
        logger.warning("the index does not go onto the GPU (%s); it stays on the processor", error)
        return None

// What the C libraries need for the work that Jimu's kernels do, on this machine: oneDNN, and OpenBLAS and BLIS if they
// are there. Jimu's benchmarks start this program and ask it in turn with their own work; see README.md.
//
// A line on stdin is a command, its answer a line on stdout: the best and the median seconds of one repetition, or
// "error" and why. First come how many samples to take, and how many repetitions make one sample:
//
//	SAMPLES REPEAT sgemm LIBRARY THREADS M N K TA TB         C[M,N] = A·B; TA, TB: n, or t for a matrix stored transposed
//	SAMPLES REPEAT sgemv LIBRARY THREADS ROWS COLS TA        y = A·x, or Aᵀ·x; openblas and blis
//	SAMPLES REPEAT matmul TYPE LAYOUT THREADS BATCH M N K    oneDNN; TYPE f32, bf16 (to f32) or u8s8 (to s32);
//	                                                         LAYOUT plain, or packed: B as oneDNN likes it best, beforehand
//	SAMPLES REPEAT conv PASS METHOD THREADS BATCH IN HEIGHT WIDTH OUT KERNEL STRIDE PAD GROUPS
//	                                                         oneDNN in its own layouts; PASS forward, input or weight;
//	                                                         METHOD direct or winograd
#define _GNU_SOURCE
#include <dlfcn.h>
#include <dnnl.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef void gemm_function(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
typedef void gemv_function(int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

enum { row_major = 101, plain = 111, transposed = 112 };

// A blas is a library with the C interface of BLAS.
typedef struct {
	gemm_function *gemm;
	gemv_function *gemv;
	void (*threads)(long);
} blas;

static blas openblas, blis;
static dnnl_engine_t engine;
static dnnl_stream_t stream;

// load opens the library that an environment variable names, or else the system's.
static blas load(const char *variable, const char *name, const char *threads) {
	blas b = {0};
	const char *path = getenv(variable);
	void *library = dlopen(path ? path : name, RTLD_NOW | RTLD_LOCAL);
	if (library) {
		b.gemm = (gemm_function *)dlsym(library, "cblas_sgemm");
		b.gemv = (gemv_function *)dlsym(library, "cblas_sgemv");
		b.threads = (void (*)(long))dlsym(library, threads);
	}
	return b;
}

static blas *library(const char *name) {
	blas *b = !strcmp(name, "openblas") ? &openblas : !strcmp(name, "blis") ? &blis : NULL;
	return b && b->gemm ? b : NULL;
}

// numbers returns n floats between -½ and ½, at the beginning of a page.
static float *numbers(size_t n) {
	float *x = aligned_alloc(4096, (4 * n + 4095) / 4096 * 4096);
	for (size_t i = 0; i < n; i++) x[i] = (float)((i * 2654435761u >> 8) & 0xffff) / 65536 - 0.5f;
	return x;
}

// ---- Timing.

typedef struct {
	int samples, repeat;
} timing;

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

// answer times f(x) and prints the result. The first two samples do not count.
static void answer(timing t, void (*f)(void *), void *x) {
	double *seconds = malloc(sizeof(double) * t.samples);
	for (int s = -2; s < t.samples; s++) {
		double start = now();
		for (int r = 0; r < t.repeat; r++) f(x);
		if (s >= 0) seconds[s] = (now() - start) / t.repeat;
	}
	qsort(seconds, t.samples, sizeof *seconds, ascending);
	printf("%.9f %.9f\n", seconds[0], seconds[t.samples / 2]);
	free(seconds);
}

static void error(const char *why) { printf("error %s\n", why); }

// ---- Products of matrices by BLAS.

typedef struct {
	blas *library; // NULL: oneDNN
	int m, n, k, ta, tb;
	float *a, *b, *c;
} product;

static void run_gemm(void *argument) {
	product *p = argument;
	int lda = p->ta ? p->m : p->k, ldb = p->tb ? p->k : p->n;
	if (p->library)
		p->library->gemm(row_major, p->ta ? transposed : plain, p->tb ? transposed : plain, p->m, p->n, p->k, 1, p->a, lda, p->b, ldb, 0, p->c, p->n);
	else
		dnnl_sgemm(p->ta ? 'T' : 'N', p->tb ? 'T' : 'N', p->m, p->n, p->k, 1, p->a, lda, p->b, ldb, 0, p->c, p->n);
}

static void run_gemv(void *argument) {
	product *p = argument;
	p->library->gemv(row_major, p->ta ? transposed : plain, p->m, p->k, 1, p->a, p->k, p->b, 1, 0, p->c, 1);
}

static void time_product(timing t, const char *name, int threads, product p, void (*run)(void *)) {
	p.library = library(name);
	if (!p.library && (strcmp(name, "onednn") || run == run_gemv)) return error("no such library here");
	omp_set_num_threads(threads);
	if (p.library && p.library->threads) p.library->threads(threads);
	size_t m = p.m, n = p.n, k = p.k;
	p.a = numbers(m * k), p.b = numbers(run == run_gemv ? m + k : k * n), p.c = numbers(run == run_gemv ? m + k : m * n);
	answer(t, run, &p);
	free(p.a), free(p.b), free(p.c);
}

// ---- Primitives of oneDNN.

typedef struct {
	dnnl_primitive_t primitive;
	dnnl_exec_arg_t args[3];
	void *data[3];
} execution;

static void run_primitive(void *argument) {
	execution *e = argument;
	dnnl_primitive_execute(e->primitive, stream, 3, e->args);
	dnnl_stream_wait(stream);
}

// time_primitive times what pd describes. Its operands are those of the queries and argument numbers.
static void time_primitive(timing t, dnnl_primitive_desc_t pd, const dnnl_query_t query[3], const int argument[3], int integers) {
	execution e;
	if (dnnl_primitive_create(&e.primitive, pd)) return error("oneDNN makes no such primitive");
	for (int i = 0; i < 3; i++) {
		const dnnl_memory_desc_t *md = dnnl_primitive_desc_query_md(pd, query[i], 0);
		size_t bytes = dnnl_memory_desc_get_size(md);
		e.data[i] = numbers(bytes / 4 + 1);
		if (integers) memset(e.data[i], 0, bytes); // as bf16, floats may be NaN
		e.args[i].arg = argument[i];
		dnnl_memory_create(&e.args[i].memory, md, engine, e.data[i]);
	}
	answer(t, run_primitive, &e);
	for (int i = 0; i < 3; i++) dnnl_memory_destroy(e.args[i].memory), free(e.data[i]);
	dnnl_primitive_destroy(e.primitive);
}

// drop_first takes away the first of at most five dimensions.
static void drop_first(dnnl_dims_t d) { memmove(d, d + 1, 4 * sizeof *d); }

static void time_matmul(timing t, const char *type, const char *layout, int threads, int batch, int m, int n, int k) {
	dnnl_data_type_t at = dnnl_f32, bt = dnnl_f32, ct = dnnl_f32;
	if (!strcmp(type, "bf16")) at = bt = dnnl_bf16;
	if (!strcmp(type, "u8s8")) at = dnnl_u8, bt = dnnl_s8, ct = dnnl_s32;
	omp_set_num_threads(threads);
	dnnl_dims_t a = {batch, m, k}, b = {batch, k, n}, c = {batch, m, n};
	if (batch == 1) drop_first(a), drop_first(b), drop_first(c);
	int rank = batch == 1 ? 2 : 3;
	dnnl_format_tag_t tag = batch == 1 ? dnnl_ab : dnnl_abc;
	dnnl_memory_desc_t am, bm, cm;
	dnnl_memory_desc_init_by_tag(&am, rank, a, at, tag);
	dnnl_memory_desc_init_by_tag(&bm, rank, b, bt, strcmp(layout, "packed") ? tag : dnnl_format_tag_any);
	dnnl_memory_desc_init_by_tag(&cm, rank, c, ct, tag);
	dnnl_matmul_desc_t d;
	dnnl_primitive_desc_t pd;
	if (dnnl_matmul_desc_init(&d, &am, &bm, NULL, &cm) || dnnl_primitive_desc_create(&pd, &d, NULL, engine, NULL))
		return error("oneDNN has no such product");
	static const dnnl_query_t query[] = {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md};
	static const int argument[] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
	time_primitive(t, pd, query, argument, at != dnnl_f32);
	dnnl_primitive_desc_destroy(pd);
}

// A convolution is of square kernels; v holds BATCH IN HEIGHT WIDTH OUT KERNEL STRIDE PAD GROUPS.
static void time_conv(timing t, const char *pass, const char *method, int threads, const int v[9]) {
	int batch = v[0], in = v[1], height = v[2], width = v[3], out = v[4], kernel = v[5], stride = v[6], pad = v[7], groups = v[8];
	dnnl_dims_t x = {batch, in, height, width};
	dnnl_dims_t y = {batch, out, (height + 2 * pad - kernel) / stride + 1, (width + 2 * pad - kernel) / stride + 1};
	dnnl_dims_t w = {groups, out / groups, in / groups, kernel, kernel};
	dnnl_dims_t strides = {stride, stride}, padding = {pad, pad};
	if (groups == 1) drop_first(w);
	omp_set_num_threads(threads);
	dnnl_memory_desc_t xm, wm, ym;
	dnnl_memory_desc_init_by_tag(&xm, 4, x, dnnl_f32, dnnl_format_tag_any);
	dnnl_memory_desc_init_by_tag(&wm, groups == 1 ? 4 : 5, w, dnnl_f32, dnnl_format_tag_any);
	dnnl_memory_desc_init_by_tag(&ym, 4, y, dnnl_f32, dnnl_format_tag_any);
	dnnl_alg_kind_t algorithm = strcmp(method, "winograd") ? dnnl_convolution_direct : dnnl_convolution_winograd;
	dnnl_convolution_desc_t d;
	dnnl_primitive_desc_t forward, pd;
	// A gradient asks for the description of the forward pass as a hint.
	if (dnnl_convolution_forward_desc_init(&d, dnnl_forward_training, algorithm, &xm, &wm, NULL, &ym, strides, padding, padding) ||
	    dnnl_primitive_desc_create(&forward, &d, NULL, engine, NULL))
		return error("oneDNN has no such convolution");
	dnnl_query_t query[] = {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md};
	int argument[] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
	dnnl_status_t bad = 0;
	if (!strcmp(pass, "input")) {
		bad = dnnl_convolution_backward_data_desc_init(&d, algorithm, &xm, &wm, &ym, strides, padding, padding);
		query[0] = dnnl_query_diff_src_md, argument[0] = DNNL_ARG_DIFF_SRC;
		query[2] = dnnl_query_diff_dst_md, argument[2] = DNNL_ARG_DIFF_DST;
	} else if (!strcmp(pass, "weight")) {
		bad = dnnl_convolution_backward_weights_desc_init(&d, algorithm, &xm, &wm, NULL, &ym, strides, padding, padding);
		query[1] = dnnl_query_diff_weights_md, argument[1] = DNNL_ARG_DIFF_WEIGHTS;
		query[2] = dnnl_query_diff_dst_md, argument[2] = DNNL_ARG_DIFF_DST;
	}
	if (bad || dnnl_primitive_desc_create(&pd, &d, NULL, engine, forward)) {
		error("oneDNN has no such gradient");
	} else {
		time_primitive(t, pd, query, argument, 0);
		dnnl_primitive_desc_destroy(pd);
	}
	dnnl_primitive_desc_destroy(forward);
}

// ---- Commands.

static void command(timing t, const char *line) {
	char a[32], b[32], ta, tb;
	int v[10];
	product p = {0};
	if (sscanf(line, "sgemm %31s %d %d %d %d %c %c", a, v, &p.m, &p.n, &p.k, &ta, &tb) == 7) {
		p.ta = ta == 't', p.tb = tb == 't';
		time_product(t, a, v[0], p, run_gemm);
	} else if (sscanf(line, "sgemv %31s %d %d %d %c", a, v, &p.m, &p.k, &ta) == 5) {
		p.ta = ta == 't', p.n = 1;
		time_product(t, a, v[0], p, run_gemv);
	} else if (sscanf(line, "matmul %31s %31s %d %d %d %d %d", a, b, v, v + 1, v + 2, v + 3, v + 4) == 7) {
		time_matmul(t, a, b, v[0], v[1], v[2], v[3], v[4]);
	} else if (sscanf(line, "conv %31s %31s %d %d %d %d %d %d %d %d %d %d", a, b, v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7, v + 8, v + 9) == 12) {
		time_conv(t, a, b, v[0], v + 1);
	} else {
		error("no such command");
	}
}

int main(void) {
	openblas = load("JIMU_OPENBLAS", "libopenblas.so.0", "openblas_set_num_threads");
	blis = load("JIMU_BLIS", "libblis.so.4", "bli_thread_set_num_threads");
	dnnl_engine_create(&engine, dnnl_cpu, 0);
	dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
	char line[512];
	while (fgets(line, sizeof line, stdin)) {
		timing t;
		int rest = 0;
		if (sscanf(line, "%d %d %n", &t.samples, &t.repeat, &rest) == 2 && t.samples > 0 && t.repeat > 0)
			command(t, line + rest);
		else
			error("a command begins with samples and repetitions");
		fflush(stdout);
	}
}
